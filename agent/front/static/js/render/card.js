/* A meeting one can join, or will be able to: what it is, and one big button. */

import { relative } from "../moments.js";
import { actsOf, showActs } from "./acts.js";
import { button, el, keyed, setData, setHidden, setOptional, setProperty, setText } from "./dom.js";
import { joinMessage, lineOf, reasonOf, showSubject, timeOf } from "./meeting.js";

const MARKS = [
  ["pending", (meeting) => meeting.pending],
  ["tentative", (meeting) => meeting.tentative],
  ["checked_in", (meeting) => meeting.checked_in],
];

export class CardView {
  #context;
  #meeting = null;
  #role = el("span", "card-role");
  #when = el("span", "card-when");
  #marks = el("span", "card-marks");
  #acts = el("div", "acts");
  #subject = el("h2", "card-subject");
  #line = el("p", "card-line");
  #note = el("p", "card-note");
  #others = button("card-others", () => this.#context.openDetails(this.#meeting.id));
  #joinWord = el("span", "join-word");
  #joinProvider = el("span", "join-provider");
  #join = button("join", () => void this.#context.joining.start(this.#meeting), this.#joinWord, this.#joinProvider);
  #open = button("card-open", () => this.#context.openDetails(this.#meeting.id));
  node = el(
    "article",
    "card",
    el(
      "div",
      "card-text",
      el("p", "card-head", this.#role, this.#when, this.#marks),
      this.#subject,
      this.#line,
      this.#note,
      this.#others,
    ),
    this.#open,
    this.#join,
    this.#acts,
  );

  constructor(context) {
    this.#context = context;
    this.#subject.dir = "auto";
    this.#note.setAttribute("role", "status");
    this.#open.setAttribute("aria-label", context.texts.say("details.open"));
    setText(this.#others, context.texts.say("details.alternatives"));
  }

  update({ role, entry }, view, now, moments) {
    const second = role === "next" && view.cards[0].role === "now"; // stands behind what is on now
    setData(this.node, "role", second ? "then" : role);
    setHidden(this.#open, entry === null);
    if (entry === null) this.#showNothing(view, moments);
    else this.#showMeeting(role, entry, now, moments, second);
    if (entry !== null) this.#showActs(entry.meeting, view);
  }

  #showNothing(view, moments) {
    const { texts } = this.#context;
    const ended = view.endedCount > 0;
    setText(this.#subject, texts.say(ended ? "hero.nothing_more" : "hero.nothing"));
    setText(this.#note, nextDayText(view, moments, texts));
    const parts = [this.#role, this.#when, this.#marks, this.#line, this.#others, this.#join, this.#acts];
    for (const node of parts) setHidden(node, true);
    setHidden(this.#note, false);
  }

  #showMeeting(role, entry, now, moments, second) {
    const { texts, joining } = this.#context;
    const { meeting } = entry;
    const attempt = joining.of(meeting.id);
    this.#meeting = meeting;
    setOptional(this.#role, texts.say(`hero.${role}`));
    setOptional(this.#when, this.#whenText(role, entry, now));
    this.#showMarks(meeting);
    showSubject(this.#subject, meeting, texts);
    const provider = entry.joinable ? null : meeting.join?.provider_name; // else the button names it
    setOptional(this.#line, lineOf(timeOf(entry, moments, texts), meeting.organizer, provider));
    setOptional(this.#note, joinMessage(attempt, texts) ?? (second ? null : reasonOf(entry, moments, texts)));
    setData(this.#note, "step", attempt?.step ?? "");
    setHidden(this.#others, attempt?.step !== "failed" || !hasOtherWays(meeting.join));
    this.#showJoin(entry, attempt);
  }

  #showJoin(entry, attempt) {
    const { texts } = this.#context;
    const busy = attempt?.step === "joining";
    setHidden(this.#join, !entry.joinable);
    setText(this.#joinWord, texts.say(busy ? "join.joining" : "join.button"));
    setText(this.#joinProvider, entry.meeting.join?.provider_name ?? "");
    setProperty(this.#join, "ariaBusy", String(busy));
    setProperty(this.#join, "ariaDisabled", String(busy));
  }

  #showMarks(meeting) {
    const { texts } = this.#context;
    const marks = MARKS.filter(([, holds]) => holds(meeting)).map(([name]) => name);
    const create = (name) => el("span", `card-mark card-mark-${name}`, texts.say(`mark.${name}`));
    keyed(this.#marks, marks, (name) => name, create, () => {});
    setHidden(this.#marks, marks.length === 0);
  }

  #showActs(meeting, view) {
    const names = actsOf(meeting, view.asked?.meeting.id === meeting.id);
    showActs(this.#acts, names, (name) => this.#context.act(name, this.#meeting), this.#context.texts);
    setHidden(this.#acts, names.length === 0);
  }

  #whenText(role, entry, now) {
    const { texts } = this.#context;
    if (entry.meeting.all_day) return null;
    const [key, end] = role === "now" ? ["hero.ends", entry.end] : ["hero.starts", entry.start];
    return texts.say(key, { relative: texts.say(...relative(now, end)) });
  }
}

/** Whether there is another rung of the ladder: another link, an address to dial, a number to call. */
function hasOtherWays(join) {
  return join !== null && Boolean(join.alternatives.length > 0 || join.dial_in.length > 0 || join.sip || join.h323);
}

function nextDayText({ upcoming }, moments, texts) {
  if (!upcoming) return texts.say("hero.nothing_ahead");
  const day = moments.heading(moments.day(upcoming.start));
  const time = upcoming.meeting.all_day ? texts.say("list.all_day") : moments.time(upcoming.start);
  return texts.say("hero.next_day", { day, time });
}
