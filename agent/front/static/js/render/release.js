/* "Are you here?": asked before the room is given to others because nobody seems to have come. */

import { button, el, setHidden, setText } from "./dom.js";

export class ReleaseView {
  #context;
  #meeting = null;
  #rest = el("p", "release-rest");
  #question = el("h2", "release-question");
  #detail = el("p", "release-detail");
  #here = button("here", () => void this.#context.control.checkIn(this.#meeting));
  node = el("section", "release", this.#rest, el("div", "release-text", this.#question, this.#detail), this.#here);

  /** @param context texts and control */
  constructor(context) {
    this.#context = context;
    this.#rest.setAttribute("role", "timer");
    this.#detail.setAttribute("role", "status");
    setText(this.#question, context.texts.say("release.question"));
    setText(this.#here, context.texts.say("control.here"));
    setHidden(this.node, true);
  }

  /** @param entry the meeting that is asked about; null: none is */
  update(entry, now, moments) {
    setHidden(this.node, entry === null);
    this.#meeting = entry?.meeting ?? null;
    setText(this.#detail, entry ? this.#context.texts.say("release.detail", { time: moments.time(entry.releaseAt) }) : "");
    if (entry) setText(this.#rest, countdown(entry.releaseAt - now));
  }
}

/** Minutes and seconds that are left, "4:05". */
export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
