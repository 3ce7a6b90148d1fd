/* A step as a page: its heading, its questions, and the buttons that lead on and back. */

import { button, el, setData, setHidden, setText } from "../render/dom.js";
import { buttons } from "./message.js";
import { ROOT } from "./paths.js";
import { STEPS } from "./steps/all.js";

export class StepFrame {
  #parts;
  #id;
  #step;
  #advance;
  #next;
  #nextText = el("span");
  #busy = false;
  #allowed = true;
  #form;
  linear;
  node;

  /**
   * @param options `linear`: whether steps follow one another; `back()`: null where there is no way back;
   *   `next`: the button's word; `advance(state)`: the answers are taken
   */
  constructor(parts, state, id, { linear, back, next, advance }) {
    const { texts } = parts;
    this.#parts = parts;
    this.#id = id;
    this.#advance = advance;
    this.linear = linear;
    this.#next = el("button", "primary next", this.#nextText, el("span", "spinner"));
    setText(this.#nextText, next);
    this.#step = STEPS[id]({ parts, state, frame: this });
    const backButton = back ? [button("quiet", () => void back(), texts.say("setup.back"))] : [];
    const heading = el("h1", "", texts.say(`setup.title.${id}`));
    heading.tabIndex = -1;
    this.#form = el(
      "form",
      "step",
      el("header", "step-head", heading, el("p", "lead", texts.say(`setup.lead.${id}`))),
      this.#step.form.alert.node,
      el("div", "step-body", ...this.#step.nodes),
      el("footer", "step-foot", buttons(...backButton, this.#next)),
    );
    this.#form.noValidate = true;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.node = this.#form;
    this.#draw();
  }

  get id() {
    return this.#id;
  }

  /** The step is on the page: what it does by itself begins now. */
  shown(focus) {
    if (focus) this.#form.querySelector("h1").focus({ preventScroll: true });
    scrollTo({ top: 0 });
    this.#step.shown?.();
  }

  remove() {
    this.#step.remove?.();
  }

  /** Whether one may go on, and with which word. */
  allow(allowed, word = null) {
    this.#allowed = allowed;
    if (word !== null) setText(this.#nextText, word);
    this.#draw();
  }

  /** Do something that asks the core, once at a time; refusals appear above the questions. */
  async working(action) {
    if (this.#busy) return false;
    this.#busy = true;
    this.#draw();
    const { app, texts } = this.#parts;
    const refused = (problem) => this.#step.form.refuse(problem, texts);
    const done = await app.reaching(action, refused);
    this.#busy = false;
    this.#draw();
    return done;
  }

  async #submit() {
    if (!this.#allowed) return;
    const { form } = this.#step;
    form.clear();
    const wrong = this.#step.wrong?.();
    if (wrong) return form.refuse({ errors: [wrong] });
    await this.working(async () => {
      const state = await this.#parts.api.post(`${ROOT}/steps/${this.#id}`, form.values);
      form.sent();
      if (this.#step.after && !(await this.#step.after(state))) return;
      await this.#advance(state);
    });
  }

  #draw() {
    if (!this.#form) return; // the step is only being made
    this.#next.disabled = !this.#allowed || this.#busy;
    setData(this.#form, "busy", String(this.#busy));
    setHidden(this.#next.lastElementChild, !this.#busy);
  }
}
