/* For how long: taking the room now, or keeping it longer, and not into the next meeting. */

import { button, el, setText } from "./dom.js";

const LENGTHS_MIN = [15, 30, 45, 60];
const SHORTEST_MIN = 5;
const LONGEST_MIN = 720;
const MINUTE = 60_000;

/** Lengths that fit between a full minute and `until` (null: nothing is in the way), as `{minutes, whole}`; the whole
    where a meeting begins then (`next`). */
export function lengthsFrom(now, until, next = true) {
  const gap = until === null ? Infinity : Math.floor((until - now) / MINUTE);
  const fits = (minutes) => (next ? minutes < gap : minutes <= gap);
  const fitting = LENGTHS_MIN.filter(fits).map((minutes) => ({ minutes, whole: false }));
  if (!next || gap < SHORTEST_MIN || gap > LONGEST_MIN) return fitting;
  return [...fitting, { minutes: gap, whole: true }];
}

/** "How long do you need the room?" as an element. `until`: when the next meeting begins; `close` leaves it. */
export function bookingSheet({ texts, moments, control, now, until, close }) {
  const from = now - (now % MINUTE); // the running minute is given away
  const words = { title: "action.meet_now", question: "booking.question", minutes: "booking.minutes" };
  return lengthSheet({ texts, moments, words, from, until, close, choose: (minutes) => control.book(minutes) });
}

/** "How much longer?" as an element. `until`: up to when it can be; `next`: whether a meeting begins then. */
export function extendSheet({ texts, moments, control, meeting, until, next, close }) {
  const words = { title: "control.extend", question: "control.how_long", minutes: "control.more" };
  const choose = (minutes) => control.extend(meeting, minutes);
  return lengthSheet({ texts, moments, words, from: moments.parse(meeting.end), until, next, close, choose });
}

function lengthSheet({ texts, moments, words, from, until, next = true, close, choose }) {
  const choices = lengthsFrom(from, until, next).map(({ minutes, whole }) => {
    const length = texts.say(whole ? "control.until_next" : words.minutes, { n: minutes });
    const when = texts.say("booking.until", { time: moments.time(from + minutes * MINUTE) });
    const choice = button("plain choice", () => chosen(minutes), el("b", "", length), el("span", "", when));
    choice.dataset.whole = String(whole);
    return choice;
  });
  const note = el("p", "details-note");
  if (choices.length === 0) setText(note, texts.say("booking.no_room"));
  const title = el("h2", "details-subject", texts.say(words.title));
  const actions = el("div", "sheet-actions", button("plain", close, texts.say("dialog.cancel")));
  const rows = [title, el("p", "", texts.say(words.question)), el("div", "choices", ...choices)];
  return el("div", "details", ...rows, ...(choices.length === 0 ? [note] : []), actions);

  function chosen(minutes) {
    close();
    void choose(minutes);
  }
}
