/* Asking for something once at a time: while it is asked, what went wrong, and trying again. */

import { RequestError } from "../api.js";
import { button, el, setHidden } from "../render/dom.js";
import { Alert } from "../setup/message.js";

export class Asking {
  #parts;
  #path;
  #take;
  #alert = new Alert();
  #again;
  #busy = false;
  node;

  /** @param path of the question @param take what to do with the answer; both may be named when it is asked */
  constructor(parts, path = "", take = () => {}) {
    this.#parts = parts;
    this.#path = path;
    this.#take = take;
    this.#again = button("small-button", () => void this.ask(), parts.texts.say("ops.again"));
    this.node = el("div", "asking", this.#alert.node, this.#again);
    this.#told(null);
  }

  /** Whether an answer came and was taken; null while another question is under way. */
  async ask(path = this.#path, take = this.#take) {
    if (this.#busy) return null;
    this.#path = path;
    this.#take = take;
    this.#busy = true;
    try {
      take(await this.#parts.api.get(path));
      this.#told(null);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.problem.code === "ops.no_session") this.#parts.app.closed();
      else this.#told(error);
      return false;
    } finally {
      this.#busy = false;
    }
  }

  #told(error) {
    const { texts } = this.#parts;
    setHidden(this.node, error === null);
    if (error === null) return this.#alert.show(null);
    const { problem, unreachable } = error;
    if (unreachable) return this.#alert.show({ title: texts.say("ops.unreachable.title") }, texts);
    const named = problem.detail || problem.title;
    this.#alert.show(named ? problem : { title: texts.say("ops.failed", { code: problem.code }) }, texts);
  }
}
