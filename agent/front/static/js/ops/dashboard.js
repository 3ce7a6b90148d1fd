/* The page once somebody has signed in: the state at the top, one of four views below, by the address's fragment. */

import { el, setData, setHidden, setText } from "../render/dom.js";
import { AuditView } from "./audit.js";
import { brand } from "./brand.js";
import { FactsView } from "./facts.js";
import { icon } from "./icons.js";
import { languagePicker } from "./language_picker.js";
import { beginning } from "./long_text.js";
import { LogsView } from "./logs.js";
import { OverviewView } from "./overview.js";
import { RawView } from "./raw.js";
import { signOutButton } from "./sign_out.js";

const VIEWS = { overview: OverviewView, calendar: RawView, logs: LogsView, audit: AuditView };
const LONGEST_TITLE = 80;
const AGES_MS = 15_000;
const TONES = { pass: "free", warn: "soon", fail: "busy" };

export class Dashboard {
  #parts;
  #state;
  #views = {};
  #present = null;
  #links = new Map();
  #sign = el("span", "hero-sign");
  #word = el("h1", "hero-word");
  #open = el("p", "hero-open");
  #room = el("bdi", "hero-room");
  #mailbox = el("bdi", "hero-mailbox");
  #live = el("span", "live");
  #facts;
  #main = el("main", "views");
  #moved = () => this.#route(true);
  #timer = null;
  node;

  constructor(parts, state) {
    const { texts } = parts;
    this.#parts = parts;
    this.#state = state;
    this.#facts = new FactsView(parts);
    this.#word.tabIndex = -1;
    this.#mailbox.dir = "ltr";
    const tools = el("div", "topbar-tools", this.#live, languagePicker(parts), signOutButton(parts));
    const said = el("div", "hero-said", this.#word, this.#open);
    said.setAttribute("aria-live", "polite");
    const where = el("p", "hero-where", this.#room, this.#mailbox);
    const stated = el("div", "hero-state", this.#sign, said);
    this.node = el(
      "div",
      "ops",
      el("header", "hero", el("div", "topbar", brand(texts), tools), where, stated, this.#facts.node),
      this.#navigation(),
      this.#main,
    );
    this.live(true);
  }

  shown() {
    addEventListener("hashchange", this.#moved);
    this.#timer = setInterval(() => this.update(this.#state), AGES_MS); // nothing is sent only because it has aged
    this.#route(false);
  }

  remove() {
    removeEventListener("hashchange", this.#moved);
    clearInterval(this.#timer);
    for (const view of Object.values(this.#views)) view.remove?.();
    setData(document.documentElement, "tone", "free");
  }

  update(state) {
    const { texts } = this.#parts;
    this.#state = state;
    const status = state.status in TONES ? state.status : "warn";
    setData(document.documentElement, "tone", TONES[status]);
    if (this.#sign.dataset.status !== status) this.#sign.replaceChildren(icon(status));
    setData(this.#sign, "status", status);
    setText(this.#room, beginning(state.room || state.mailbox));
    setText(this.#mailbox, state.mailbox);
    setHidden(this.#mailbox, !state.room || !state.mailbox);
    setText(this.#word, texts.say(`ops.status.${status}`));
    const n = state.todo.length;
    setText(this.#open, n > 0 ? texts.say("ops.status.open", { n }) : texts.say("ops.status.calm"));
    setHidden(this.#open, n === 0 && status !== "pass");
    const marked = { fail: "✕ ", warn: "! ", pass: "" }[status];
    document.title = `${marked}${beginning(state.room || state.mailbox, LONGEST_TITLE)} · ${texts.say("ops.page")}`;
    this.#facts.update(state);
    for (const view of Object.values(this.#views)) view.update?.(state);
  }

  /** Whether what is shown is what holds now. */
  live(connected) {
    setData(this.#live, "live", String(connected));
    setData(this.node, "live", String(connected));
    setText(this.#live, this.#parts.texts.say(connected ? "ops.live" : "ops.connecting"));
  }

  #navigation() {
    const { texts } = this.#parts;
    for (const name of Object.keys(VIEWS)) {
      const link = el("a", "tab", texts.say(`ops.nav.${name}`));
      link.href = `#${name}`;
      this.#links.set(name, link);
    }
    const navigation = el("nav", "tabs", ...this.#links.values());
    navigation.setAttribute("aria-label", texts.say("ops.nav"));
    return navigation;
  }

  /** @param byHand somebody has followed a link: what it leads to gets the focus */
  #route(byHand) {
    const asked = location.hash.slice(1);
    const name = Object.hasOwn(VIEWS, asked) ? asked : "overview";
    if (name === this.#present) return;
    this.#views[this.#present]?.hidden?.();
    this.#present = name;
    this.#views[name] ??= new VIEWS[name](this.#parts, this.#state);
    for (const [each, link] of this.#links) {
      if (each === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const view = this.#views[name];
    this.#main.replaceChildren(view.node);
    view.update?.(this.#state);
    view.shown?.();
    if (byHand) view.node.querySelector("h2")?.focus({ preventScroll: true });
  }
}
