/* What opens over the screen, and the joining that starts there as well as on the cards. */

import { Joining } from "./join.js";
import { bookingSheet } from "./render/booking.js";
import { detailsOf } from "./render/details.js";
import { Sheet, confirmHost } from "./render/dialog.js";
import { typedSheet } from "./render/typed.js";

export class Sheets {
  #texts;
  #commands;
  #api;
  #question = new Sheet(); // may stand over the other one
  sheet = new Sheet();
  joining;

  /**
   * @param changed called whenever joining may say something else
   * @param byHand shows the details of the meeting of this id, which a person has to dial
   */
  constructor({ texts, api, commands, changed, byHand }) {
    this.#texts = texts;
    this.#commands = commands;
    this.#api = api;
    const confirm = (_, host) => confirmHost(this.#question, texts, host);
    this.joining = new Joining(commands, { confirm, changed, byHand });
  }

  get nodes() {
    return [this.sheet.node, this.#question.node];
  }

  get open() {
    return this.nodes.some((node) => node.open);
  }

  remove() {
    for (const sheet of [this.sheet, this.#question]) sheet.close();
    for (const node of this.nodes) node.remove();
  }

  openDetails(entry, moments) {
    const close = this.sheet.closer();
    this.sheet.show(detailsOf(entry, { texts: this.#texts, moments, joining: this.joining, close }));
  }

  openTyped() {
    const close = this.sheet.closer();
    const content = typedSheet({ texts: this.#texts, api: this.#api, joining: this.joining, close });
    this.sheet.show(content);
    content.querySelector("input").focus();
  }

  /** @param until when the next meeting begins, null: nothing is in the way */
  openBooking(now, until, moments) {
    const close = this.sheet.closer();
    this.sheet.show(bookingSheet({ texts: this.#texts, moments, commands: this.#commands, now, until, close }));
  }
}
