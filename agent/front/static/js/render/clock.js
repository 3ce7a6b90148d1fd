/* Clock and date, in the room's time zone. */

import { el, setText } from "./dom.js";

export class ClockView {
  #digits = el("span", "clock-digits");
  #period = el("span", "clock-period");
  #date = el("p", "clock-date");
  node = el("header", "clock", el("p", "clock-time", this.#digits, this.#period), this.#date);

  update(now, moments) {
    const { digits, period } = moments.clock(now);
    setText(this.#digits, digits);
    setText(this.#period, period);
    setText(this.#date, moments.longDate(now));
  }
}
