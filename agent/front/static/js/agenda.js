/* What a RoomState means at an instant: phases, availability, cards and days. Pure. The core says the same when it
   sends; this carries it on while time passes. */

import { canStart } from "./links.js";

/** Seconds are not shown, so neither a meeting nor a gap shorter than this is worth a word. */
const SHORTEST_GAP = 60_000;
const MAX_CARDS = 3;

/** This long before a meeting is released, the screen asks whether anybody is there. */
const ASKED_MS = 5 * 60_000;

/**
 * Everything the home screen shows, free of words.
 * @returns {{tone: string, until: number|null, untilKind: string, cards: {role: string, entry: object}[], carded: Set,
 *   conflict: boolean, upcoming: object|null, asked: object|null, days: {day: string, offset: number,
 *   entries: object[]}[], endedCount: number}}
 */
export function agenda(state, now, moments) {
  const entries = state.meetings.map((meeting) => entryOf(meeting, now, moments));
  const today = moments.day(now);
  const running = entries.filter(isRunning).sort(byRank);
  const timed = running.filter((entry) => !entry.meeting.all_day);
  const current = timed.length > 0 ? timed : running.slice(0, 1);
  const upcoming = firstLater(entries, now);
  const freeEnd = firstLater(entries.filter((entry) => !entry.meeting.free), now)?.start ?? null;
  const cards = cardsOf(current, upcoming, entries, today, moments);
  return {
    tone: toneOf(state, current, upcoming),
    ...untilOf(current, entries, freeEnd, today, moments),
    cards,
    carded: new Set(cards.map((card) => card.entry.meeting.id)),
    conflict: cards.filter((card) => card.role === cards[0].role).length > 1,
    upcoming,
    asked: askedOf(timed, now),
    days: daysOf(entries, today, moments),
    endedCount: entries.filter((entry) => entry.phase === "ended").length,
  };
}

/** A meeting with its instants and what they mean now. */
export function entryOf(meeting, now, moments) {
  const start = moments.parse(meeting.start);
  const end = moments.parse(meeting.end);
  const joinableFrom = moments.parse(meeting.joinable_from);
  const open = joinableFrom <= now && now < Math.max(end, start + 1);
  const joinable = open && meeting.join !== null && canStart(meeting.join);
  const releaseAt = meeting.release_at ? moments.parse(meeting.release_at) : null;
  return { meeting, start, end, joinableFrom, releaseAt, phase: phaseOf(start, end, joinableFrom, now), joinable };
}

export function phaseOf(start, end, joinableFrom, now) {
  if (start <= now) return end <= now ? "ended" : "now";
  return joinableFrom <= now ? "soon" : "later";
}

function isRunning(entry) {
  return entry.phase === "now" && !entry.meeting.free && entry.start !== entry.end;
}

/** Accepted before tentative, then earliest start, then id. */
function byRank(a, b) {
  return a.meeting.tentative - b.meeting.tentative || a.start - b.start || (a.meeting.id < b.meeting.id ? -1 : 1);
}

function firstLater(entries, now) {
  return entries.find((entry) => entry.start > now) ?? null;
}

function toneOf(state, current, upcoming) {
  if (state.availability === "unknown" || state.calendar.as_of === null) return "unknown";
  if (current.length > 0) return "busy";
  return upcoming?.phase === "soon" && !upcoming.meeting.free && !upcoming.meeting.all_day ? "soon" : "free";
}

/** Until when the room stays as it is, if that is today: the end of the unbroken run of meetings, or the next start. */
function untilOf(current, entries, freeEnd, today, moments) {
  if (current.length === 0) {
    return freeEnd !== null && moments.day(freeEnd) === today
      ? { until: freeEnd, untilKind: "time" }
      : { until: null, untilKind: "rest_of_day" };
  }
  if (current[0].meeting.all_day) return { until: null, untilKind: "all_day" };
  let until = Math.max(...current.map((entry) => entry.end));
  for (const { meeting, start, end } of entries) {
    if (!meeting.free && !meeting.all_day && start - until < SHORTEST_GAP && end > until) until = end;
  }
  return moments.day(until) === today ? { until, untilKind: "time" } : { until: null, untilKind: "rest_of_day" };
}

/** What is on now and, unless that is a choice already, what comes next today; of several that start together, all. */
function cardsOf(current, upcoming, entries, today, moments) {
  const cards = current.map((entry) => ({ role: "now", entry }));
  if (current.length < 2 && upcoming && moments.day(upcoming.start) === today) {
    const together = entries.filter((entry) => entry.start === upcoming.start);
    const next = current.length === 1 ? [upcoming] : together;
    cards.push(...next.map((entry) => ({ role: "next", entry })));
  }
  return cards.slice(0, MAX_CARDS);
}

/** The running meeting that will be released soonest if nobody says that somebody is there; null: none within minutes. */
function askedOf(timed, now) {
  const asked = timed.filter(({ releaseAt }) => releaseAt !== null && now < releaseAt && releaseAt - now <= ASKED_MS);
  return asked.sort((a, b) => a.releaseAt - b.releaseAt)[0] ?? null;
}

/** Meetings by the room's day, in the order they came; what began earlier belongs to today, which is always there. */
function daysOf(entries, today, moments) {
  const days = new Map([[today, []]]);
  for (const entry of entries) {
    const begun = moments.day(entry.start);
    const day = begun < today ? today : begun;
    if (!days.has(day)) days.set(day, []);
    days.get(day).push(entry);
  }
  const tomorrow = moments.dayAfter(today);
  return [...days].map(([day, list]) => ({ day, offset: day === today ? 0 : day === tomorrow ? 1 : 2, entries: list }));
}
