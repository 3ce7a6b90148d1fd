import assert from "node:assert/strict";
import { test } from "node:test";

import { agenda, phaseOf } from "../../../../agent/front/static/js/agenda.js";
import { Moments } from "../../../../agent/front/static/js/moments.js";

const MOMENTS = new Moments("en", "America/Los_Angeles");
const NOW = Date.parse("2026-11-22T17:00:00Z"); // 09:00 there
const MINUTE = 60_000;

const at = (minutes) => new Date(NOW + minutes * MINUTE).toISOString().replace(".000Z", "Z");

function meeting(id, start, length = 30, more = {}) {
  const times = { start: at(start), end: at(start + length), joinable_from: at(start - 10) };
  const flags = { all_day: false, private: false, tentative: false, free: false, conflict: false };
  return { id, subject: id, ...times, ...flags, join: { provider_name: "Zoom", launcher: "display" }, ...more };
}

function allDay(id, date, next, more = {}) {
  return meeting(id, 0, 0, { start: date, end: next, joinable_from: `${date}T08:00:00Z`, all_day: true, ...more });
}

function view(meetings, { now = NOW, ...more } = {}) {
  return agenda({ meetings, availability: "free", calendar: { as_of: at(0) }, ...more }, now, MOMENTS);
}

const carded = (shown) => shown.cards.map(({ role, entry }) => `${role} ${entry.meeting.id}`);

test("phases change exactly at their instants", () => {
  const phases = [-1, 0, 9, 10, 29, 30].map((now) => phaseOf(10, 30, 0, now));
  assert.deepEqual(phases, ["later", "soon", "soon", "now", "now", "ended"]);
  assert.equal(phaseOf(10, 10, 0, 10), "ended", "a meeting without length is over when it starts");
});

test("a free room is free until the next meeting that blocks it", () => {
  const shown = view([meeting("a", 30, 30, { free: true }), meeting("b", 60)]);
  assert.equal(shown.tone, "free");
  assert.deepEqual([shown.until, shown.untilKind], [NOW + 60 * MINUTE, "time"]);
});

test("what follows tomorrow leaves today free for the rest of the day", () => {
  const shown = view([meeting("a", 24 * 60)]);
  assert.equal(shown.untilKind, "rest_of_day");
  assert.deepEqual(shown.cards, []);
  assert.equal(shown.upcoming.meeting.id, "a");
});

test("a room is busy until the end of the unbroken run of meetings", () => {
  const run = [meeting("a", -10, 40), meeting("b", 30), meeting("c", 60), meeting("d", 91)];
  assert.equal(view(run).until, NOW + 90 * MINUTE);
});

test("a meeting that can be joined soon changes the tone, and time alone makes it current", () => {
  const meetings = [meeting("a", 10)];
  assert.equal(view(meetings, { now: NOW - 1 }).tone, "free");
  assert.equal(view(meetings).tone, "soon");
  assert.equal(view(meetings, { now: NOW + 10 * MINUTE }).tone, "busy");
  assert.equal(view(meetings, { now: NOW + 40 * MINUTE }).tone, "free");
});

test("of several current meetings all are offered, accepted before tentative", () => {
  const shown = view([meeting("t", -20, 60, { tentative: true }), meeting("b", -5), meeting("c", 30)]);
  assert.deepEqual(carded(shown), ["now b", "now t"]);
  assert.equal(shown.conflict, true);
});

test("the current meeting comes with the next, two that start together are both next", () => {
  assert.deepEqual(carded(view([meeting("a", -5), meeting("b", 60), meeting("c", 60)])), ["now a", "next b"]);
  const together = view([meeting("b", 60), meeting("c", 60)]);
  assert.deepEqual(carded(together), ["next b", "next c"]);
  assert.equal(together.conflict, true);
});

test("free time and meetings without length are listed but never current", () => {
  const shown = view([meeting("f", -5, 30, { free: true }), meeting("z", 0, 0)]);
  assert.equal(shown.tone, "free");
  assert.deepEqual(shown.days[0].entries.map((entry) => entry.meeting.id), ["f", "z"]);
});

test("an all-day meeting is current only when nothing timed is", () => {
  const day = allDay("d", "2026-11-22", "2026-11-23");
  assert.deepEqual(carded(view([day])), ["now d"]);
  assert.equal(view([day]).untilKind, "all_day");
  assert.deepEqual(carded(view([day, meeting("a", -5)])), ["now a"]);
});

test("joining is possible from joinable_from to the end, and only with a join", () => {
  const joinable = (now) => view([meeting("a", 10)], { now }).days.at(0).entries[0].joinable;
  assert.equal(joinable(NOW - 1), false);
  assert.equal(joinable(NOW), true);
  assert.equal(joinable(NOW + 40 * MINUTE), false);
  for (const join of [null, { launcher: "browser", url: null }, { launcher: "browser", url: "http://zoom.example" }]) {
    assert.equal(view([meeting("a", 5, 30, { join })]).days[0].entries[0].joinable, false);
  }
});

test("days are the room's, what began yesterday belongs to today, and today is there even when empty", () => {
  const late = meeting("late", 14 * 60 + 30); // 23:30 there
  const early = meeting("early", 15 * 60); // 00:00 there
  const shown = view([meeting("night", -12 * 60, 13 * 60), late, early, meeting("far", 72 * 60)]);
  assert.deepEqual(
    shown.days.map(({ day, offset, entries }) => [day, offset, entries.map((entry) => entry.meeting.id)]),
    [
      ["2026-11-22", 0, ["night", "late"]],
      ["2026-11-23", 1, ["early"]],
      ["2026-11-25", 2, ["far"]],
    ],
  );
  assert.deepEqual(view([]).days, [{ day: "2026-11-22", offset: 0, entries: [] }]);
});

test("nothing is claimed about a room whose calendar was never read or not for hours", () => {
  assert.equal(view([], { availability: "unknown" }).tone, "unknown");
  assert.equal(view([], { calendar: { as_of: null } }).tone, "unknown");
});

test("whether anybody is there is asked in the last minutes before a release, of the one that comes first", () => {
  const unattended = (id, minutes) => meeting(id, -10, 60, { release_at: at(minutes) });
  const asked = (...meetings) => view(meetings).asked?.meeting.id ?? null;
  assert.equal(asked(unattended("a", 5)), "a");
  assert.equal(asked(unattended("a", 5.1)), null, "too early");
  assert.equal(asked(unattended("a", 0)), null, "too late");
  assert.equal(asked(unattended("a", 4), unattended("b", 3)), "b");
  assert.equal(asked(meeting("a", -10, 60)), null);
  assert.equal(asked(meeting("a", 10, 60, { release_at: at(3) })), null, "it has not begun");
});
