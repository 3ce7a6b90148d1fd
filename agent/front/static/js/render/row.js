/* One meeting in the list. Its `data-meeting`, times and subject are also what `truth.js` reads back. */

import { button, el, keyed, setData, setHidden, setOptional, setProperty, setText } from "./dom.js";
import { lineOf, showSubject } from "./meeting.js";

export class RowView {
  #context;
  #meeting = null;
  #start = el("time", "row-start");
  #end = el("time", "row-end");
  #subject = el("span", "row-subject");
  #meta = el("span", "row-meta");
  #marks = el("span", "row-marks");
  #open = button("row-open", () => this.#context.openDetails(this.#meeting.id));
  #join = button("row-join", () => void this.#context.joining.start(this.#meeting));
  node = el(
    "li",
    "row",
    el("span", "row-times", this.#start, this.#end),
    this.#subject,
    this.#marks,
    this.#meta,
    this.#open,
    this.#join,
  );

  constructor(context) {
    this.#context = context;
    this.#subject.dir = "auto";
  }

  /** @param carded ids of the meetings that have their Join button on a card */
  update(entry, moments, carded) {
    const { texts, joining } = this.#context;
    const { meeting } = entry;
    this.#meeting = meeting;
    setData(this.node, "meeting", meeting.id);
    setData(this.node, "phase", entry.phase);
    setData(this.node, "kind", kindOf(meeting));
    setProperty(this.#start, "dateTime", meeting.start);
    setProperty(this.#end, "dateTime", meeting.end);
    setText(this.#start, meeting.all_day ? texts.say("list.all_day") : moments.time(entry.start));
    setText(this.#end, meeting.all_day ? "" : moments.time(entry.end));
    showSubject(this.#subject, meeting, texts);
    setProperty(this.#open, "ariaLabel", this.#subject.textContent);
    setOptional(this.#meta, lineOf(meeting.organizer, meeting.join?.provider_name));
    const create = (mark) => el("span", `mark mark-${mark}`, texts.say(`mark.${mark}`));
    keyed(this.#marks, marksOf(entry), (mark) => mark, create, () => {});
    setHidden(this.#join, !entry.joinable || carded.has(meeting.id));
    setText(this.#join, texts.say(joining.of(meeting.id)?.step === "joining" ? "join.joining" : "join.button"));
  }
}

function kindOf({ all_day: allDay, free, tentative }) {
  if (allDay) return "all-day";
  if (free) return "free";
  return tentative ? "tentative" : "firm";
}

function marksOf({ meeting, phase }) {
  const marks = [];
  if (phase === "now" && !meeting.all_day && !meeting.pending) marks.push("now"); // both leave the subject no room
  if (meeting.conflict && phase !== "ended") marks.push("conflict");
  if (meeting.pending) marks.push("pending");
  if (meeting.tentative) marks.push("tentative");
  if (meeting.free && !meeting.all_day) marks.push("free");
  return marks;
}
