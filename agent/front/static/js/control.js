/* What people ask of the room itself: book, extend, end, cancel, check in, undo. The screen shows it at once and takes
   it back, with a sentence, when it is refused. */

import { RequestError } from "./api.js";
import { BOOKED, attended, booked, cancelled, ended, extended, undone } from "./hopes.js";

const SHOWN_MS = 45_000;
const WITHDRAWN = "write.withdrawn"; // taken back by whoever asked for it
const HOPED_MS = 5_000; // the core says what it has accepted within a second

export class Control {
  #commands;
  #texts;
  #clock;
  #changed;
  #state = null;
  #hopes = new Set();
  #made = null;
  #asked = [];
  #timer;

  /** Why the last one was refused, `{name, problem}`; null: nothing was lately. */
  refusal = null;

  /** @param {() => void} changed called whenever there is something else to show */
  constructor({ texts, clock, commands, changed }) {
    this.#texts = texts;
    this.#clock = clock;
    this.#commands = commands;
    this.#changed = changed;
  }

  /** A state of the core's: what has come true needs no hope. */
  saw(state) {
    this.#state = state;
    for (const hope of this.#hopes) if (hope.isTrue(state)) this.#cameTrue(hope, state);
  }

  #cameTrue(hope, state) {
    this.#hopes.delete(hope);
    if (hope.id === BOOKED) this.#made = hope.madeIn(state)?.id ?? null;
  }

  /** Under what name a meeting is on the screen: what was booked here keeps the one it had before the core gave it one. */
  nameOf(id) {
    return id === this.#made ? BOOKED : id;
  }

  /** Names of the commands whose refusal is told here: the last one's, and those that were not answered yet. */
  get told() {
    return this.refusal ? [this.refusal.name, ...this.#asked] : this.#asked;
  }

  /** The state as it will be when all that was asked for is done. */
  hoped(state) {
    return [...this.#hopes].reduce((shown, hope) => hope.apply(shown), state);
  }

  book(minutes) {
    const hope = booked(this.#state, this.#clock.now(), minutes, this.#texts.say("control.booked_here"));
    return this.#ask("book", { minutes }, hope);
  }

  extend(meeting, minutes) {
    return this.#ask("extend", { meeting_id: meeting.id, minutes }, extended(meeting, minutes));
  }

  end(meeting) {
    return this.#ask("end", { meeting_id: meeting.id }, ended(meeting, this.#clock.now()));
  }

  cancel(meeting) {
    return this.#ask("cancel", { meeting_id: meeting.id }, cancelled(meeting));
  }

  checkIn(meeting) {
    return this.#ask("check-in", { meeting_id: meeting.id }, attended(meeting));
  }

  undo(commandId) {
    return this.#ask("undo", { command_id: commandId }, undone(commandId));
  }

  /** One at a time for each meeting: a second tap while the first is on its way is the same wish. */
  async #ask(name, payload, hope) {
    if ([...this.#hopes].some(({ id }) => id === hope.id)) return;
    if (hope.id === BOOKED) this.#made = null;
    this.#hopes.add(hope);
    this.#asked = [...this.#asked, name];
    this.#refused(null);
    const problem = await this.#problem(name, payload, hope);
    this.#asked = this.#asked.toSpliced(this.#asked.indexOf(name), 1);
    if (!problem) return;
    this.#hopes.delete(hope);
    if (problem.code === WITHDRAWN) this.#changed();
    else this.#refused({ name, problem });
  }

  /** Why it was refused, at once or later. What the server has not answered after minutes, the state goes on to say. */
  async #problem(name, payload, hope) {
    try {
      const id = await this.#commands.send(name, payload);
      setTimeout(() => this.#forget(hope), HOPED_MS);
      return (await this.#commands.outcome(id))?.problem ?? null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return error.problem;
    }
  }

  #forget(hope) {
    if (this.#hopes.delete(hope)) this.#changed();
  }

  #refused(refusal) {
    clearTimeout(this.#timer);
    this.refusal = refusal;
    if (refusal) this.#timer = setTimeout(() => this.#refused(null), SHOWN_MS);
    this.#changed();
  }
}
