/* What opens over the screen, and the joining and the room control that start there as well as on the cards. */

import { Control } from "./control.js";
import { Joining } from "./join.js";
import { bookingSheet, extendSheet } from "./render/booking.js";
import { detailsOf } from "./render/details.js";
import { Sheet, confirmHost } from "./render/dialog.js";
import { endingSheet } from "./render/ending.js";
import { typedSheet } from "./render/typed.js";

export class Sheets {
  #texts;
  #api;
  #question = new Sheet(); // may stand over the other one
  sheet = new Sheet();
  joining;
  control;

  /**
   * @param changed called whenever joining may say something else
   * @param byHand shows the details of the meeting of this id, which a person has to dial
   */
  constructor({ texts, clock, api, commands, changed, byHand }) {
    this.#texts = texts;
    this.#api = api;
    const confirm = (_, host) => confirmHost(this.#question, texts, host);
    this.joining = new Joining(commands, { confirm, changed, byHand });
    this.control = new Control({ texts, clock, commands, changed });
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

  /** @param act does what the button of one of the meeting's actions says */
  openDetails(entry, moments, act) {
    const close = this.sheet.closer();
    this.sheet.show(detailsOf(entry, { texts: this.#texts, moments, joining: this.joining, act, close }));
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
    this.sheet.show(bookingSheet({ texts: this.#texts, moments, control: this.control, now, until, close }));
  }

  /** @param next whether another meeting begins at the instant up to which this one can be extended */
  openExtend(meeting, next, moments) {
    const close = this.sheet.closer();
    const until = moments.parse(meeting.extend_until);
    this.sheet.show(extendSheet({ texts: this.#texts, moments, control: this.control, meeting, until, next, close }));
  }

  /** @param act "end" or "cancel" */
  openEnding(act, meeting, moments) {
    const close = this.sheet.closer();
    const done = () => this.control[act](meeting);
    this.sheet.show(endingSheet(act, { texts: this.#texts, moments, meeting, close, done }));
  }
}
