/* What a command will make of the room's state: shown at once, until the core's own state says it. Pure.
   A hope is {id: of its meeting, apply(state) → state, isTrue(state)}. */

const MINUTE = 60_000;

/** The room is taken from the running minute on. `subject`: what stands there until the core names it. */
export function booked(state, now, minutes, subject) {
  const start = floored(now);
  const known = new Set(state.meetings.map(({ id }) => id));
  const times = { start: instant(start), end: instant(start + minutes * MINUTE), joinable_from: instant(start) };
  const flags = { all_day: false, private: false, tentative: false, free: false, conflict: false, pending: true };
  const unknown = { checked_in: null, release_at: null, join: null, no_join_reason: null, no_join: null };
  const meeting = { id: BOOKED, subject, organizer: null, ...times, ...flags, ...unknown, actions: [] };
  const isIt = ({ id, pending, start: begin }) => !known.has(id) && (pending || begin === times.start);
  const madeIn = (news) => news.meetings.find(isIt);
  const apply = (shown) => withMeetings(shown, placed(shown.meetings, meeting));
  return { id: BOOKED, apply, isTrue: (news) => madeIn(news) !== undefined, madeIn };
}

export const BOOKED = "booked here";

export function extended({ id, end }, minutes) {
  const until = instant(Date.parse(end) + minutes * MINUTE);
  return change(id, (meeting) => ({ ...meeting, end: until, pending: true }), (meeting) => meeting.end !== end);
}

/** Cut to the running minute; what has begun within it loses all of its time: the room is free at once. */
export function ended({ id, start, end }, now) {
  const until = instant(Math.max(floored(now), Date.parse(start)));
  return change(id, (meeting) => ({ ...meeting, end: until, pending: true }), (meeting) => meeting.end !== end);
}

export function cancelled({ id }) {
  const without = (state) => withMeetings(state, state.meetings.filter((meeting) => meeting.id !== id));
  return { id, apply: without, isTrue: (news) => !news.meetings.some((meeting) => meeting.id === id) };
}

/** Somebody has come: nobody is asked again. */
export function attended({ id }) {
  const came = (meeting) => ({ ...meeting, checked_in: true, release_at: null, actions: others(meeting, "check-in") });
  return change(id, came, (meeting) => meeting.checked_in !== false && meeting.release_at === null);
}

/** What can be taken back is not offered twice. */
export function undone(commandId) {
  const offers = ({ action }) => action?.command === "undo" && action.body.command_id === commandId;
  const without = (state) => ({ ...state, notices: state.notices.filter((notice) => !offers(notice)) });
  return { id: commandId, apply: without, isTrue: (news) => !news.notices.some(offers) };
}

function change(id, made, isTrue) {
  const apply = (state) =>
    withMeetings(state, state.meetings.map((meeting) => (meeting.id === id ? made(meeting) : meeting)));
  const found = (state) => state.meetings.find((meeting) => meeting.id === id);
  return { id, apply, isTrue: (news) => !found(news) || isTrue(found(news)) };
}

function others({ actions }, action) {
  return (actions ?? []).filter((name) => name !== action);
}

function withMeetings(state, meetings) {
  return { ...state, meetings };
}

/** With this one before the first that begins later. */
function placed(meetings, meeting) {
  const later = meetings.findIndex(({ all_day: allDay, start }) => !allDay && Date.parse(start) > Date.parse(meeting.start));
  return later < 0 ? [...meetings, meeting] : meetings.toSpliced(later, 0, meeting);
}

function floored(ms) {
  return ms - (ms % MINUTE);
}

function instant(ms) {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
