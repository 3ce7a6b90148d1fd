/* Before the set-up: the code on the room's screen, later the PIN. The box's own screen knows the code by itself. */

import { RequestError } from "../api.js";
import { button, el, setHidden } from "../render/dom.js";
import { CodeField, SecretField } from "./fields.js";
import { languagePicker } from "./language_picker.js";
import { Alert, buttons, messageView } from "./message.js";
import { ROOT } from "./paths.js";
import { Countdown, instantText } from "./time.js";

export class PairingView {
  #parts;
  #state;
  #alert = new Alert();
  #field;
  #submit;
  #form;
  #lock;
  #byScreen;
  #busy = false;
  node;

  /** @param ended whether this browser had the session until just now */
  constructor(parts, state, ended) {
    const { texts, place } = parts;
    this.#parts = parts;
    this.#state = state;
    const settings = state.mode === "settings";
    const taken = state.access === "others";
    this.#byScreen = place === "screen" && !settings;
    this.#field = settings ? new SecretField(texts, "pin_entry", { numeric: true }) : new CodeField(texts, "code");
    this.#lock = new Countdown((n) => texts.say("setup.locked", { n }), () => void parts.app.reload());
    this.#submit = el("button", "primary", texts.say(taken ? "setup.take_over" : "setup.begin"));
    this.#form = el("form", "pair-form", this.#byScreen ? "" : this.#field.node, buttons(this.#submit));
    this.#form.noValidate = true;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#pair();
    });
    const key = settings ? "setup.pin_needed" : "setup.code_needed";
    const detail = taken ? this.#whoHas(state.owner) : texts.say(this.#byScreen ? "setup.opening" : key);
    const title = texts.say(taken ? "setup.taken" : settings ? "setup.settings" : "setup.welcome");
    const home = place === "screen" ? [button("quiet", () => void parts.app.leave(), texts.say("setup.leave"))] : [];
    const why = ended ? [el("p", "note", texts.say(taken ? "setup.was_taken" : "setup.was_ended"))] : [];
    this.node = messageView(parts, title, detail, ...why, this.#alert.node, this.#form, this.#lock.node, languagePicker(parts), ...home);
    this.update(state);
  }

  update(state) {
    this.#state = state;
    const locked = state.retry_after_s > 0;
    setHidden(this.#form, locked || (this.#byScreen && state.access === "none"));
    this.#lock.start(locked ? state.retry_after_s * 1000 : 0);
    if (this.#byScreen && state.access === "none" && !locked) void this.#pair();
  }

  shown() {
    if (!this.#byScreen) this.#field.focus();
  }

  remove() {
    this.#lock.stop();
  }

  #whoHas(owner) {
    const { texts, language } = this.#parts;
    if (!owner) return texts.say("setup.taken_detail");
    const since = instantText(owner.since, language);
    if (owner.place === "screen") return texts.say("setup.taken_screen", { since });
    return texts.say("setup.taken_network", { address: `\u2068${owner.address}\u2069`, since });
  }

  async #pair() {
    if (this.#busy) return;
    this.#busy = true;
    this.#submit.disabled = true;
    await this.#parts.app.reaching(() => this.#begin(), (problem) => this.#refused(problem));
    this.#busy = false;
    this.#submit.disabled = false;
  }

  async #begin() {
    const { api, app } = this.#parts;
    const take = this.#state.access === "others" ? { take_over: true } : {};
    await api.post(`${ROOT}/pair`, { ...(await this.#proof()), ...take });
    app.show(await api.get(ROOT));
  }

  async #proof() {
    if (this.#state.mode === "settings") return { pin: this.#field.value };
    if (!this.#byScreen) return { code: this.#field.value };
    const { code } = await this.#parts.api.get(`${ROOT}/welcome`);
    if (code === null) throw new RequestError({ code: "setup.locked" });
    return { code };
  }

  /** Locked, taken: another view. A wrong code: here. */
  #refused(problem) {
    const { texts, app } = this.#parts;
    this.#alert.show(problem, texts);
    this.#field.clear();
    setHidden(this.#form, false);
    if (!this.#byScreen) this.#field.focus();
    if (["setup.locked", "setup.taken"].includes(problem.code)) void app.reload();
  }
}
