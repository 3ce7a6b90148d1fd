/* Instants in words, and seconds that run out. */

import { el, setHidden, setText } from "../render/dom.js";

/** An instant as the browser's own clock and this language write it: with its date when that is not today. */
export function instantText(text, language) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** A date alone. */
export function dayText(text, language) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? "" : new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(at);
}

/** Says every second how many are left, and what comes after. */
export class Countdown {
  #say;
  #done;
  #until = 0;
  #timer = null;
  node = el("p", "countdown");

  /** @param say a sentence for so many seconds @param done called once at the end */
  constructor(say, done) {
    this.#say = say;
    this.#done = done;
    setHidden(this.node, true);
  }

  /** For so many milliseconds from now; 0 stops it. */
  start(ms) {
    this.stop();
    setHidden(this.node, !(ms > 0));
    if (!(ms > 0)) return;
    this.#until = performance.now() + ms;
    this.#timer = setInterval(() => this.#tick(), 1_000);
    this.#tick();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #tick() {
    const left = Math.ceil((this.#until - performance.now()) / 1000);
    setText(this.node, this.#say(Math.max(0, left)));
    if (left > 0) return;
    this.stop();
    this.#done();
  }
}
