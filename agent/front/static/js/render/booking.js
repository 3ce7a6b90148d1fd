/* Taking the room now: for how long, and not into the next meeting. */

import { button, el, setData, setText } from "./dom.js";
import { troubleOf } from "./meeting.js";

const LENGTHS_MIN = [15, 30, 45, 60, 90, 120];
const MINUTE = 60_000;

/** Lengths in minutes that fit between a full minute and `until` (null: nothing is in the way); of a short gap also
    the whole. */
export function lengthsFrom(now, until) {
  if (until === null) return LENGTHS_MIN;
  const gap = Math.floor((until - now) / MINUTE);
  const fitting = LENGTHS_MIN.filter((length) => length <= gap);
  const whole = gap >= 5 && gap < LENGTHS_MIN.at(-1) && !fitting.includes(gap);
  return whole ? [...fitting, gap] : fitting;
}

/** The question as an element. `close` leaves it. */
export function bookingSheet({ texts, moments, commands, now: instant, until, close }) {
  const now = instant - (instant % MINUTE); // the running minute is given away
  const note = el("p", "details-note");
  note.setAttribute("role", "status");
  const choices = lengthsFrom(now, until).map((minutes) => {
    const when = texts.say("booking.until", { time: moments.time(now + minutes * MINUTE) });
    const length = el("b", "", texts.say("booking.minutes", { n: minutes }));
    return button("plain choice", () => void book(minutes), length, el("span", "", when));
  });
  if (choices.length === 0) setText(note, texts.say("booking.no_room"));
  const actions = el("div", "sheet-actions", button("plain", close, texts.say("dialog.cancel")));
  const title = el("h2", "details-subject", texts.say("action.meet_now"));
  const question = el("p", "", texts.say("booking.question"));
  return el("div", "details", title, question, el("div", "choices", ...choices), note, actions);

  async function book(minutes) {
    for (const choice of choices) choice.disabled = true;
    setText(note, texts.say("booking.working"));
    const trouble = await commands.run("book", { minutes });
    if (trouble === null) return close();
    for (const choice of choices) choice.disabled = false;
    setData(note, "step", "failed");
    return setText(note, troubleOf(trouble, texts, "booking.failed"));
  }
}
