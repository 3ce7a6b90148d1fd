/* The steps in their order, with where one is. */

import { button, el, setData, setText } from "../render/dom.js";
import { brand } from "./brand.js";
import { DoneView } from "./done.js";
import { StepFrame } from "./frame.js";
import { speak } from "./language_picker.js";
import { ROOT } from "./paths.js";
import { NOT_FOR_DEMO } from "./steps/skipped.js";

export class WizardView {
  #parts;
  #state;
  #frame = null;
  #place = el("div", "place");
  #where = el("p", "where");
  #bar = el("progress", "bar");
  #list = el("ol", "progress");
  node;

  constructor(parts, state) {
    const { texts, app, place } = parts;
    this.#parts = parts;
    const leave = button("quiet leave", () => void app.leave(), texts.say(place === "screen" ? "setup.leave" : "setup.later"));
    this.#bar.setAttribute("aria-label", texts.say("setup.progress"));
    const nav = el("nav", "steps-nav", this.#list);
    nav.setAttribute("aria-label", texts.say("setup.progress"));
    const side = el("header", "side", brand(texts), el("div", "narrow-progress", this.#where, this.#bar), nav, leave);
    this.node = el("div", "wizard", side, el("main", "main", this.#place));
    this.update(state);
  }

  update(state) {
    const first = this.#frame === null;
    this.#state = state;
    this.#draw(state);
    if (this.#frame?.id === state.step) return;
    this.#frame?.remove();
    const before = this.#before(state.step);
    const word = this.#parts.texts.say(state.step === "summary" ? "setup.activate" : "setup.next");
    this.#frame = new StepFrame(this.#parts, state, state.step, {
      linear: true,
      back: before ? () => this.#go(before) : null,
      next: word,
      advance: (next) => this.#advance(next),
    });
    this.#place.replaceChildren(this.#frame.node);
    if (!first) this.#frame.shown(true);
  }

  shown() {
    this.#frame.shown(false);
  }

  remove() {
    this.#frame.remove();
  }

  async #advance(state) {
    if (this.#frame.id === "summary") return this.#activate();
    const wanted = state.answers.language?.language;
    if (this.#frame.id === "language" && wanted !== this.#parts.language && this.#parts.languages.includes(wanted)) {
      return speak(wanted);
    }
    this.#parts.app.show(state);
  }

  async #activate() {
    await this.#parts.api.post(`${ROOT}/activate`, {});
    this.#parts.app.finish(new DoneView(this.#parts).node);
  }

  async #go(step) {
    await this.#frame.working(async () => this.#parts.app.show(await this.#parts.api.post(`${ROOT}/back`, { step })));
  }

  #before(step) {
    const demo = this.#state.answers.calendar?.source === "demo";
    const ids = this.#state.steps.map(({ id }) => id).filter((id) => id === step || !(demo && NOT_FOR_DEMO.includes(id)));
    return ids[ids.indexOf(step) - 1] ?? null;
  }

  #draw(state) {
    const { texts } = this.#parts;
    const index = state.steps.findIndex(({ id }) => id === state.step);
    const name = texts.say(`setup.step.${state.step}`);
    setText(this.#where, texts.say("setup.where", { n: index + 1, all: state.steps.length, name }));
    this.#bar.max = state.steps.length;
    this.#bar.value = index;
    this.#list.replaceChildren(...state.steps.map((step, place) => this.#entry(step, place)));
  }

  #entry({ id, state }, place) {
    const words = [el("span", "progress-mark", String(place + 1)), el("span", "progress-name", this.#parts.texts.say(`setup.step.${id}`))];
    const reached = state === "done";
    const inner = reached ? button("progress-step", () => void this.#go(id), ...words) : el("span", "progress-step", ...words);
    const node = el("li", "", inner);
    setData(node, "state", state);
    if (state === "current") inner.setAttribute("aria-current", "step");
    return node;
  }
}
