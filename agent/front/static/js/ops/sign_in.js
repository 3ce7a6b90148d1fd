/* Signing in, with the administrator's PIN or the box's token. */

import { RequestError } from "../api.js";
import { el, setHidden, setText } from "../render/dom.js";
import { Alert } from "../setup/message.js";
import { Countdown } from "../setup/time.js";
import { brand } from "./brand.js";
import { languagePicker } from "./language_picker.js";
import { ROOT } from "./paths.js";

const WAYS = ["pin", "token"];
const LONGEST = 256;

export class SignInView {
  #parts;
  #way = "pin";
  #alert = new Alert();
  #input = el("input", "input");
  #label = el("label", "field-label");
  #help = el("span", "field-help");
  #form;
  #submit;
  #lock;
  node;

  /** @param ended whether this browser had a session until just now */
  constructor(parts, ended) {
    const { texts } = parts;
    this.#parts = parts;
    this.#lock = new Countdown((n) => texts.say("setup.locked", { n }), () => this.#locked(0));
    this.#submit = el("button", "primary", texts.say("ops.sign_in.go"));
    this.#form = el("form", "pair-form", this.#ways(), this.#field(), el("div", "buttons", this.#submit));
    this.#form.noValidate = true;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#enter();
    });
    const why = ended ? [el("p", "note", texts.say("ops.sign_in.ended"))] : [];
    const head = [el("h1", "", texts.say("ops.page")), el("p", "lead", texts.say("ops.sign_in.lead"))];
    const content = [el("header", "", ...head), ...why, this.#alert.node, this.#form, this.#lock.node];
    const card = el("section", "card", ...content, languagePicker(parts));
    this.node = el("main", "lonely", brand(texts), card);
    this.#choose("pin");
  }

  shown() {
    this.#input.focus();
  }

  remove() {
    this.#lock.stop();
  }

  #ways() {
    const { texts } = this.#parts;
    const choices = WAYS.map((way) => {
      const radio = el("input");
      Object.assign(radio, { type: "radio", name: "way", value: way, checked: way === this.#way });
      radio.addEventListener("change", () => this.#choose(way));
      return el("label", "segment", radio, el("span", "", texts.say(`ops.sign_in.${way}`)));
    });
    const legend = el("legend", "field-label", texts.say("ops.sign_in.how"));
    return el("fieldset", "field", legend, el("div", "segments", ...choices));
  }

  #field() {
    const secret = { type: "password", id: "secret", maxLength: LONGEST, autocomplete: "off", dir: "ltr" };
    Object.assign(this.#input, secret);
    this.#input.setAttribute("aria-describedby", "secret-help");
    this.#label.htmlFor = this.#input.id;
    this.#help.id = "secret-help";
    return el("div", "field", this.#label, this.#input, this.#help);
  }

  #choose(way) {
    const { texts } = this.#parts;
    this.#way = way;
    this.#input.value = "";
    this.#input.inputMode = way === "pin" ? "numeric" : "text";
    setText(this.#label, texts.say(`ops.sign_in.${way}`));
    setText(this.#help, texts.say(`ops.sign_in.${way}_help`));
  }

  async #enter() {
    const { api, app, texts } = this.#parts;
    const secret = this.#input.value.trim();
    if (secret === "") return this.#refused({ title: texts.say("ops.sign_in.empty") });
    this.#submit.disabled = true;
    this.#alert.show(null);
    try {
      await api.post(`${ROOT}/session`, { [this.#way]: secret });
      this.#input.value = "";
      app.start();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#refused(error.problem, error.unreachable);
    } finally {
      this.#submit.disabled = false;
    }
  }

  #refused(problem, unreachable = false) {
    const { texts } = this.#parts;
    const said = unreachable ? { title: texts.say("ops.unreachable.title") } : problem;
    const wait = unreachable ? 0 : (problem.retry_after_s ?? 0);
    this.#locked(wait);
    this.#alert.show(wait > 0 ? null : said, texts);
    this.#input.select();
    if (wait === 0) this.#input.focus();
  }

  #locked(seconds) {
    setHidden(this.#form, seconds > 0);
    this.#lock.start(seconds * 1000);
    if (seconds === 0) this.#input.focus();
  }
}
