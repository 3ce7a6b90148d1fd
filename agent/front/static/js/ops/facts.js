/* Since when it runs, and how old the calendar is. */

import { el, keyed, setData, setText } from "../render/dom.js";
import { beginning } from "./long_text.js";
import { setTime } from "./times.js";

const LONGEST = 40;

export class FactsView {
  #parts;
  node = el("dl", "facts");

  constructor(parts) {
    this.#parts = parts;
  }

  update(state) {
    const { texts, times } = this.#parts;
    const waited = isTroubled(state) && Date.parse(state.retry_at) > times.now;
    const facts = [
      ["calendar", state.calendar_as_of, texts.say("ops.fact.never")],
      ...(waited ? [["retry", state.retry_at, ""]] : []),
      ["started", state.started, ""],
      ["booted", state.booted, ""],
      ["release", null, state.release],
    ];
    keyed(this.node, facts, ([name]) => name, ([name]) => this.#made(name), (node, [name, instant, otherwise]) => {
      const value = node.lastElementChild.firstElementChild;
      if (instant && name === "retry") setTime(value, instant, times.clock(instant));
      else if (instant) setTime(value, instant, `${times.moment(instant)} · ${times.age(instant)}`);
      else setText(value, beginning(otherwise, LONGEST));
      setData(node, "old", String(name === "calendar" && !instant));
    });
  }

  #made(name) {
    const value = el(name === "release" ? "bdi" : "time");
    return el("div", "fact", el("dt", "", this.#parts.texts.say(`ops.fact.${name}`)), el("dd", "", value));
  }
}

/** Whether the next read of the calendar is something to wait for. */
function isTroubled({ checks }) {
  return checks.some(({ part, status }) => (part === "calendar" || part === "account") && status !== "pass");
}
