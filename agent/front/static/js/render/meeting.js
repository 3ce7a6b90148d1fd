/* Pieces that a card, a row and the details of a meeting share. */

import { canStart } from "../links.js";
import { setData, setText } from "./dom.js";

/** The subject as a person reads it. What was given is kept apart from what stands in for it. */
export function showSubject(node, meeting, texts) {
  const { subject } = meeting;
  setData(node, "subject", subject ? "given" : subject === null ? "none" : "empty");
  const standIn = subject === "" ? "meeting.untitled" : meeting.private ? "meeting.private" : "meeting.busy";
  setText(node, subject || texts.say(standIn));
}

/** Who and what, each in its own direction; null when there is neither. */
export function lineOf(...pieces) {
  return pieces.filter(Boolean).map(isolated).join(" · ") || null;
}

/** A foreign piece of a line or a sentence (FSI … PDI), without marks that would turn the rest around. */
export function isolated(piece) {
  return `\u2068${piece.replace(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069`;
}

/** Start and end as this language writes them. */
export function timeOf(entry, moments, texts) {
  return entry.meeting.all_day ? texts.say("list.all_day") : moments.range(entry.start, entry.end);
}

/** Why there is no Join button, or not yet, in a sentence; null when there is one or it is too late. */
export function reasonOf({ meeting, phase, joinable, joinableFrom }, moments, texts) {
  if (joinable || phase === "ended") return null;
  const { join, no_join_reason: reason } = meeting;
  if (join === null && isOurs(meeting)) return null;
  if (join === null) return texts.say(texts.has(`no_join.${reason}`) ? `no_join.${reason}` : "no_join.other");
  if (!canStart(join)) return texts.say(join.url ? "join.unsafe" : "join.no_link");
  return texts.say("join.from", { time: moments.time(joinableFrom) });
}

/** Whether it was booked on this screen: nobody expects an invitation, or a link in it. */
function isOurs({ pending, no_join_reason: reason, actions }) {
  return (pending && reason === null) || (reason === "not_online" && (actions ?? []).includes("cancel"));
}

/** What the person is told about joining this meeting; null when there is nothing to say. */
export function joinMessage(attempt, texts) {
  return attempt === null || attempt.step === "joining" ? null : troubleOf(attempt, texts, "join.failed");
}

/** What went wrong, in sentences: by the page's own words where it has some for the code, else by the agent's. */
export function troubleOf({ key, problem }, texts, otherwise) {
  if (key) return texts.say(key);
  const { code, title, detail } = problem ?? {};
  const own = `problem.${code}`;
  const words = texts.has(`${own}.title`)
    ? [texts.say(`${own}.title`), texts.say(`${own}.detail`)]
    : [title ?? texts.say(otherwise), detail];
  return words.filter(Boolean).map(asSentence).join(" ");
}

function asSentence(text) {
  return /[.!?…。]$/.test(text) ? text : `${text}.`;
}
