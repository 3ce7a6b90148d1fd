/* Which view is up: pairing, the wizard, the settings, or a message; and whether the box answers at all. */

import { RequestError } from "../api.js";
import { button, el, setHidden } from "../render/dom.js";
import { clearDrafts } from "./drafts.js";
import { messageView } from "./message.js";
import { PairingView } from "./pairing.js";
import { ROOT } from "./paths.js";
import { SettingsView } from "./settings.js";
import { WizardView } from "./wizard.js";

const LOOK_MS = 4_000;
const IDLE_MS = 10 * 60_000;

export class App {
  #root;
  #view = null;
  #state = null;
  #lost;
  #touchedAt = performance.now();
  #over = false;
  parts;

  /** @param parts api, texts, language, languages, place (`screen` or `network`) */
  constructor(root, parts) {
    this.#root = el("div", "frame");
    this.#lost = el("p", "lost", parts.texts.say("setup.lost"));
    this.#lost.setAttribute("role", "status");
    setHidden(this.#lost, true);
    root.replaceChildren(this.#lost, this.#root);
    this.parts = { ...parts, app: this };
  }

  async start() {
    for (const event of ["pointerdown", "keydown"]) {
      addEventListener(event, () => (this.#touchedAt = performance.now()), { capture: true, passive: true });
    }
    setInterval(() => void this.#look(), LOOK_MS);
    await this.reload();
  }

  /** Ask where the set-up is and show it, whatever was shown. */
  async reload() {
    await this.reaching(async () => this.show(await this.parts.api.get(ROOT)));
  }

  /** Show a state; what is typed into a step that stays is kept. */
  show(state) {
    const before = this.#state;
    this.#state = state;
    const kind = kindOf(state);
    if (this.#view?.kind === kind) this.#view.update(state);
    else this.#put(this.#make(kind, state, before), kind);
  }

  /** Nothing more will come: the box has begun, or was reset. */
  finish(view) {
    this.#over = true;
    clearDrafts();
    this.#put({ node: view, kind: "over" });
  }

  /**
   * Do something that asks the core; true when it went well. No answer: say so, and the page goes on trying to reach the
   * box. A session that is over: pair again. Any other refusal is `refused`'s to show.
   */
  async reaching(action, refused = () => {}) {
    try {
      await action();
      setHidden(this.#lost, true);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      await this.#failed(error, refused);
      return false;
    }
  }

  async #failed(error, refused) {
    setHidden(this.#lost, !error.unreachable);
    if (error.unreachable) return;
    const state = this.#state?.access === "yours" ? await this.#seen() : this.#state;
    if (state && state.access !== "yours" && this.#state?.access === "yours") this.show(state);
    else refused(error.problem);
  }

  async #seen() {
    try {
      return await this.parts.api.get(ROOT);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return null;
    }
  }

  /** Every few seconds: is the box there, is the session still ours? */
  async #look() {
    if (this.#over || document.hidden) return;
    if (this.parts.place === "screen" && performance.now() - this.#touchedAt > IDLE_MS) return this.leave();
    await this.reaching(async () => {
      const state = await this.parts.api.get(ROOT);
      const same = this.#state && kindOf(state) === kindOf(this.#state) && state.retry_after_s === this.#state.retry_after_s;
      if (!same && !this.#over) this.show(state);
    });
  }

  /** End the session: home on the box's screen, pairing anywhere else. */
  async leave() {
    clearDrafts();
    this.#over = this.parts.place === "screen";
    if (this.#state?.access === "yours") await this.reaching(() => this.parts.api.post(`${ROOT}/leave`, {}));
    if (this.parts.place === "screen") location.replace("/");
    else await this.reload();
  }

  #make(kind, state, before) {
    const { texts } = this.parts;
    if (kind === "managed") {
      const home = button("primary", () => void this.leave(), texts.say("setup.to_screen"));
      const back = this.parts.place === "screen" ? [home] : [];
      return { node: messageView(this.parts, texts.say("setup.managed.title"), texts.say("setup.managed.detail"), ...back) };
    }
    if (kind === "wizard") return new WizardView(this.parts, state);
    if (kind === "settings") return new SettingsView(this.parts, state);
    return new PairingView(this.parts, state, before?.access === "yours");
  }

  #put(view, kind = view.kind) {
    this.#view?.remove?.();
    this.#view = Object.assign(view, { kind });
    this.#root.replaceChildren(view.node);
    view.shown?.();
  }
}

function kindOf(state) {
  if (state.mode === "managed") return "managed";
  if (state.access !== "yours") return `pairing ${state.access} ${state.mode}`;
  return state.mode === "settings" ? "settings" : "wizard";
}
