/* A room that is not set up yet: where a technician's browser finds the wizard, and the code that opens it. */

import { RequestError } from "../api.js";
import { el, keyed, setData, setHidden, setOptional, setProperty, setText } from "./dom.js";

const PATH = "/api/v1/setup/welcome";
const LOOK_MS = 2_000;
const NAME = "room-agent";

export class WelcomeView {
  #texts;
  #api;
  #looking = false;
  #parts = {
    detail: el("p", "setup-detail"),
    address: el("bdi", "setup-address"),
    others: el("p", "setup-others"),
    digits: el("bdi", "setup-code"),
    renews: el("p", "setup-renews"),
    picture: el("img", "setup-qr"),
    fingerprint: el("bdi", "setup-fingerprint"),
    notices: el("ul", "setup-notices"),
  };
  #way;
  #code;
  #trust;
  node;

  constructor(texts, api) {
    this.#texts = texts;
    this.#api = api;
    const { detail, address, others, digits, renews, picture, fingerprint, notices } = this.#parts;
    for (const latin of [address, digits, fingerprint]) latin.dir = "ltr";
    picture.alt = texts.say("welcome.qr");
    const here = el("a", "setup-here", texts.say("welcome.here"));
    here.href = `/setup${location.search}`; // in the language somebody has chosen
    const mark = el("img", "setup-mark");
    mark.src = "/static/icon.svg";
    mark.alt = "";
    this.#code = el("section", "setup-block", el("h2", "setup-label", texts.say("welcome.code")), digits, renews);
    this.#trust = el("section", "setup-block", el("h2", "setup-label", texts.say("welcome.fingerprint")), fingerprint);
    this.#way = el("section", "setup-block", el("h2", "setup-label", texts.say("welcome.address")), address, others);
    const words = el(
      "div",
      "setup-words",
      el("div", "setup-brand", mark, el("span", "", NAME)),
      el("h1", "setup-title", texts.say("welcome.title")),
      detail,
      this.#way,
      this.#code,
      notices,
    );
    this.node = el("main", "setup", words, el("div", "setup-side", picture, this.#trust, here));
    this.#show(null);
  }

  update(state) {
    const create = () => el("li", "", el("strong"), el("span"));
    const others = state.notices.filter(({ code }) => code !== "setup.no_config"); // this page is what it says
    keyed(this.#parts.notices, others, (notice) => notice.code, create, (node, notice) => {
      setText(node.children[0], notice.title);
      setText(node.children[1], notice.detail);
    });
    if (!this.#looking) void this.#look();
  }

  /** Ask for as long as this is on the screen. */
  async #look() {
    this.#looking = true;
    do {
      try {
        this.#show(await this.#api.get(PATH));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#show(null); // a code that may be another one by now is no code
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    } while (this.node.isConnected);
    this.#looking = false;
  }

  #show(welcome) {
    const { detail, address, others, digits, renews, picture, fingerprint } = this.#parts;
    const [url, ...more] = welcome?.urls ?? [];
    const state = welcome === null ? "waiting" : url === undefined ? "no_network" : "ready";
    setData(this.node, "state", state);
    setText(detail, this.#texts.say(`welcome.${state}`));
    for (const part of [this.#way, this.#trust, picture]) setHidden(part, state !== "ready");
    setHidden(this.#code, state === "waiting");
    if (state === "waiting") return;
    setText(address, url ?? "");
    setOptional(others, more.join("  ·  "));
    if (url) setProperty(picture, "src", sourceOf(picture, url));
    setText(fingerprint, linesOf(welcome.fingerprint));
    this.#showCode(welcome, digits, renews);
  }

  #showCode({ code, expires, retry_after_s: locked }, digits, renews) {
    const shown = code ?? "";
    setText(digits, shown.replace(/(\d{3})(?=\d)/g, "$1\u2009"));
    setHidden(digits, shown === "");
    const minutes = Math.max(1, Math.ceil((Date.parse(expires) - Date.now()) / 60_000));
    const said = locked ? this.#texts.say("welcome.locked", { n: locked }) : this.#texts.say("welcome.renews", { n: minutes });
    setText(renews, said);
  }
}

/** The picture's address; the same one is not fetched again. */
function sourceOf(picture, url) {
  const path = `/api/v1/setup/qr?text=${encodeURIComponent(url)}`;
  return picture.getAttribute("src") === path ? picture.src : path;
}

/** Sixteen pairs in a line. */
function linesOf(fingerprint) {
  const pairs = fingerprint.split(":");
  return [pairs.slice(0, 16), pairs.slice(16)].map((line) => line.join(":")).join(" ");
}
