/* Pure parts of the page for operations: lanes, scales, texts, times. */

import assert from "node:assert/strict";
import { test } from "node:test";

const STATIC = "../../../../agent/front/static/js";
const { bucketed, lanesOf, nameOf, whenOf } = await import(`${STATIC}/ops/lanes.js`);
const { clustered, scaleOf, ticksOf } = await import(`${STATIC}/ops/scale.js`);
const { beginning, undirected } = await import(`${STATIC}/ops/long_text.js`);
const { barsOf } = await import(`${STATIC}/ops/freshness.js`);
const { grouped } = await import(`${STATIC}/ops/parts.js`);
const { valueText } = await import(`${STATIC}/ops/values.js`);
const { holds, wordsOf } = await import(`${STATIC}/ops/filter.js`);
const { Times, utc } = await import(`${STATIC}/ops/times.js`);
const { backOff } = await import(`${STATIC}/stream.js`);

const HOUR = 3_600_000;
const NOW = "2026-11-22T17:04:12Z";
const at = (hours) => new Date(Date.parse(NOW) - hours * HOUR).toISOString();
const texts = { say: (key, { n, time } = {}) => [key, n, time].filter((each) => each !== undefined).join(" ") };

function times(zone = "America/Los_Angeles", language = "en") {
  const made = new Times(language, "UTC");
  made.follow({ timezone: zone, now: NOW });
  return made;
}

function timeline(more = {}) {
  return { since: at(24), until: NOW, syncs: [], outages: [], joins: [], inputs: [], starts: [], ...more };
}

const words = { texts, times: times() };
const lane = (id, more) => lanesOf(timeline(more), words).find((each) => each.id.startsWith(id));
const read = (hours, more = {}) => ({ since: at(hours), ok: 1, failed: 0, changes: 0, slowest_s: 0, ...more });

test("a day keeps its quarters, a week is summed up to at most a hundred bars", () => {
  const range = (hours) => ({ since: Date.parse(at(hours)), until: Date.parse(NOW) });
  const quarters = Array.from({ length: 168 * 4 }, (_, n) => read(n / 4 + 0.1));
  const day = bucketed(quarters, range(24));
  assert.ok(day.length >= 96 && day.length <= 97);
  const week = bucketed(quarters, range(168));
  assert.ok(week.length <= 100);
  assert.equal(week.reduce((sum, { ok }) => sum + ok, 0), quarters.length);
});

test("a summed bar has the slowest of its reads, and empty quarters are none", () => {
  const range = { since: Date.parse(at(168)), until: Date.parse(NOW) };
  const reads = [read(100, { slowest_s: 2, failed: 3 }), read(100, { slowest_s: 9 }), read(5, { ok: 0 })];
  const [bar, ...others] = bucketed(reads, range);
  assert.deepEqual([bar.ok, bar.failed, bar.slowest_s, others.length], [2, 3, 9, 0]);
});

test("what is broken is told apart from what is well by shape and words", () => {
  const [good, bad] = lane("reads", { syncs: [read(3), read(2, { failed: 4, slowest_s: 1.5 })] }).marks;
  assert.deepEqual([good.shape, bad.shape], ["ok", "failed"]);
  assert.deepEqual(bad.lines, ["ops.reads.ok 1", "ops.reads.failed 4", "ops.reads.slowest 1.5 sec"]);
});

test("an outage that lasts goes to the end, one from before begins at the edge", () => {
  const marks = lane("outages", { outages: [{ since: at(90), until: null, code: "c", title: "t" }] }).marks;
  assert.deepEqual([marks[0].from, marks[0].until, marks[0].lasts], [Date.parse(at(24)), Date.parse(NOW), true]);
  assert.equal(whenOf(marks[0], words).startsWith("ops.lasts Nov 18, 2026"), true);
});

test("joins have a lane for each service, and one for the rest", () => {
  const joins = Array.from({ length: 9 }, (_, n) => ({ at: at(n), provider: `service_${n}`, outcome: "done" }));
  const lanes = lanesOf(timeline({ joins }), words).filter(({ id }) => id.startsWith("joins"));
  assert.deepEqual(lanes.map(({ about }) => about).at(-1), "ops.lane.others");
  assert.equal(lanes.length, 6);
  assert.equal(lanes.reduce((sum, { marks }) => sum + marks.length, 0), 9);
});

test("what a newer core says is shown as something known", () => {
  const joins = [{ at: NOW, provider: "zoom", outcome: "eaten" }];
  assert.equal(lane("joins", { joins }).marks[0].shape, "join_pending");
  assert.equal(lane("starts", { starts: [{ at: NOW, previous: "aliens" }] }).marks[0].shape, "start_clean");
  const inputs = [{ name: "hdmi", label: "", spans: [{ since: at(2), until: null, code: "melted", title: "" }] }];
  assert.equal(lane("input", { inputs }).marks[0].shape, "input_absent");
});

test("services are named as words", () => {
  assert.deepEqual(["zoom", "google_meet", ""].map(nameOf), ["Zoom", "Google Meet", ""]);
});

test("time runs with the writing", () => {
  assert.deepEqual([0, 50, 100, 900].map(scaleOf(0, 100, 200)), [0, 100, 200, 200]);
  assert.deepEqual([0, 50, 100].map(scaleOf(0, 100, 200, true)), [200, 100, 0]);
});

test("the axis has full hours of the room's clock, over a change of it too", () => {
  const berlin = times("Europe/Berlin");
  const since = Date.parse("2026-10-24T22:00:00Z"); // midnight; at 03:00 the clock goes back
  const ticks = ticksOf(since, since + 25 * HOUR, 600, 66, (ms) => berlin.minuteOfDay(ms));
  assert.deepEqual(ticks.map(({ at: ms }) => berlin.minuteOfDay(ms) / 60), [0, 3, 6, 9, 12, 15, 18, 21, 0]);
  assert.equal(ticks.filter(({ midnight }) => midnight).length, 2);
});

test("ticks never stand closer than they may", () => {
  for (const [hours, width] of [[6, 300], [24, 300], [24, 1800], [168, 300], [168, 1800]]) {
    const found = ticksOf(0, hours * HOUR, width, 66, (ms) => (ms / 60_000) % 1440);
    const x = scaleOf(0, hours * HOUR, width);
    for (const [n, { at: ms }] of found.entries()) {
      assert.ok(n === 0 || x(ms) - x(found[n - 1].at) >= 65.9, `${hours} ${width}`);
    }
    assert.ok(found.length >= 2);
  }
});

test("points that would cover each other are one", () => {
  const marks = [30, 1, 3, 90].map((from) => ({ from }));
  const groups = clustered(marks, (ms) => ms, 10);
  assert.deepEqual(groups.map((group) => group.map(({ from }) => from)), [[1, 3], [30], [90]]);
});

test("long text is cut between characters, and without marks that turn what follows", () => {
  assert.equal(beginning("abc", 3), "abc");
  assert.equal(beginning("ab😀c", 3), "ab…");
  assert.equal(undirected("a\u202eb\u2066c\u2069"), "abc");
});

test("a histogram leaves out what is empty at both ends", () => {
  const bars = barsOf({ bounds_s: [1, 2, 5, 10, 60], counts: [0, 0, 4, 1, 0, 0] });
  assert.deepEqual(bars.map(({ bound }) => bound), [2, 5, 10, 60]);
  assert.equal(barsOf({ bounds_s: [1], counts: [0, 3] }).at(-1).last, true);
  assert.deepEqual(barsOf({ bounds_s: [], counts: [] }), []);
});

test("a part is as bad as its worst check, and the worst part comes first", () => {
  const checks = [["a", "pass"], ["b", "warn"], ["a", "pass"], ["c", "fail"], ["b", "pass"]];
  const found = grouped(checks.map(([part, status]) => ({ part, status })));
  const told = found.map(({ part, status, checks: own }) => [part, status, own.length]);
  assert.deepEqual(told, [["c", "fail", 1], ["b", "warn", 2], ["a", "pass", 2]]);
});

test("values come with their unit", () => {
  const said = (value, unit) => valueText({ value, unit }, words);
  assert.equal(said(null), "");
  assert.equal(said(true), "ops.yes");
  assert.equal(said(90, "s"), "1 min 30 sec");
  assert.equal(said(-2, "s"), "−2 sec");
  assert.equal(said(212, "days"), "212 days");
  assert.equal(said(21_474_836_480, "By"), "20 GB");
  assert.equal(said(3, "items skipped"), "3 items skipped");
  assert.equal(said({ a: 1 }), '{"a":1}');
  assert.equal(said("ntlm"), "ntlm");
});

test("lengths of time have at most two units", () => {
  const length = (seconds) => words.times.length(seconds);
  assert.deepEqual([0.25, 4.2, 42, 60].map(length), ["0.25 sec", "4.2 sec", "42 sec", "1 min"]);
  assert.deepEqual([5_400, 90_000, 864_000].map(length), ["1 hr 30 min", "1 day 1 hr", "10 days"]);
});

test("instants are the room's, with UTC beside; a zone that nobody knows is UTC", () => {
  assert.match(words.times.moment(NOW), /^9:04\sAM$/);
  assert.match(words.times.moment(at(20)), /^Nov 21, 2026, 1:04\sPM$/);
  assert.equal(words.times.age(at(0.4)), "24 minutes ago");
  assert.equal(utc(Date.parse(NOW)), "2026-11-22 17:04:12 UTC");
  assert.equal(words.times.moment("never"), "–");
  assert.match(times("Nowhere/<b>").moment(NOW), /^5:04\sPM$/);
});

test("a filter wants every word", () => {
  assert.equal(holds("calendar.failed code=auth", wordsOf("AUTH  failed")), true);
  assert.equal(holds("calendar.failed", wordsOf("failed never")), false);
  assert.equal(holds("anything", wordsOf("  ")), true);
});

test("a page that tries again waits longer, up to four seconds", () => {
  assert.ok(backOff(1, 0.99) <= 1_000);
  assert.ok(backOff(20, 0.99) <= 4_000 && backOff(20, 0) >= 2_000);
});
