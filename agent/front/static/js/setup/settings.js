/* After the set-up: the same steps in any order; what changes is checked first and then put into effect. */

import { button, el, setHidden } from "../render/dom.js";
import { brand } from "./brand.js";
import { ChecksView } from "./checks.js";
import { StepFrame } from "./frame.js";
import { Alert, buttons } from "./message.js";
import { ROOT } from "./paths.js";
import { resetSheet } from "./reset.js";
import { NOT_FOR_DEMO } from "./steps/skipped.js";
import { shortAnswer } from "./steps/summary.js";

const MENU = ["language", "network", "calendar", "account", "room", "screen", "policies"];

export class SettingsView {
  #parts;
  #state;
  #shown = null;
  #place = el("div", "place");
  #said = el("p", "applied");
  node;

  constructor(parts, state) {
    const { texts, app } = parts;
    this.#parts = parts;
    this.#state = state;
    this.#said.setAttribute("role", "status");
    setHidden(this.#said, true);
    const leave = button("quiet leave", () => void app.leave(), texts.say("setup.leave"));
    const side = el("header", "side", brand(texts), leave);
    this.node = el("div", "wizard", side, el("main", "main", this.#said, this.#place));
    this.#menu();
  }

  update(state) {
    this.#state = state;
  }

  remove() {
    this.#shown?.remove?.();
  }

  #show(view, node = view.node) {
    this.#shown?.remove?.();
    this.#shown = view;
    this.#place.replaceChildren(node);
  }

  #menu(said = "") {
    const { texts } = this.#parts;
    this.#said.textContent = said;
    setHidden(this.#said, !said);
    const demo = this.#state.answers.calendar?.source === "demo";
    const steps = MENU.filter((id) => !(demo && NOT_FOR_DEMO.includes(id)));
    const entries = steps.map((id) => {
      const now = shortAnswer(this.#parts, this.#state, id);
      const words = el("span", "menu-words", el("span", "menu-name", texts.say(`setup.step.${id}`)), el("bdi", "menu-now", now));
      return el("li", "", button("menu-entry", () => this.#open(id), words, el("span", "chevron")));
    });
    const check = button("quiet", () => void this.#apply(), texts.say("setup.check_all"));
    const reset = button("danger", () => resetSheet(this.#parts), texts.say("setup.reset"));
    const title = el("h1", "", texts.say("setup.settings"));
    this.#show({}, el("section", "step", title, el("ul", "menu", ...entries), buttons(check, reset)));
  }

  #open(id) {
    setHidden(this.#said, true);
    const frame = new StepFrame(this.#parts, this.#state, id, {
      linear: false,
      back: () => this.#menu(),
      next: this.#parts.texts.say("setup.apply"),
      advance: (state) => {
        this.#state = state;
        return this.#apply(id);
      },
    });
    this.#show(frame);
    frame.shown(true);
  }

  /** Check what has not been checked as it is now, then put it into effect; a failure leaves everything as it was. */
  async #apply(id = "") {
    const { texts, app } = this.#parts;
    const checks = new ChecksView(this.#parts);
    const alert = new Alert();
    const again = button("primary", () => void this.#apply(id), texts.say("setup.again"));
    const change = button("quiet", () => (id ? this.#open(id) : this.#menu()), texts.say("setup.back"));
    const foot = buttons(change, again);
    setHidden(foot, true);
    const title = el("h1", "", texts.say(id ? "setup.applying" : "setup.check_all"));
    this.#show({}, el("section", "step", title, alert.node, checks.node, foot));
    await app.reaching(async () => {
      const needed = !id || this.#state.checked !== "passed";
      const good = !needed || (await checks.run({ scope: "room", write: false, other_mailbox: "" }));
      if (!id) return;
      if (good) await this.#activated();
      else alert.show({ title: texts.say("setup.not_applied"), detail: texts.say("setup.not_applied_detail") }, texts);
    }, (problem) => alert.show(problem, texts));
    setHidden(foot, false);
  }

  async #activated() {
    const { texts, api } = this.#parts;
    await api.post(`${ROOT}/activate`, {});
    this.#state = await api.get(ROOT);
    this.#menu(texts.say("setup.applied"));
  }
}
