import assert from "node:assert/strict";
import { mock, test } from "node:test";

mock.timers.enable({ apis: ["setTimeout"] }); // nobody waits for what is forgotten later
const stub = { addEventListener() {}, matches: false };
globalThis.matchMedia ??= () => stub;
const { BOOKED, attended, booked, cancelled, ended, extended, undone } = await import(
  "../../../../agent/front/static/js/hopes.js"
);
const { Control } = await import("../../../../agent/front/static/js/control.js");
const { RequestError } = await import("../../../../agent/front/static/js/api.js");
const { lengthsFrom } = await import("../../../../agent/front/static/js/render/booking.js");
const { detailOf } = await import("../../../../agent/front/static/js/render/offers.js");
const { Moments } = await import("../../../../agent/front/static/js/moments.js");
const { countdown } = await import("../../../../agent/front/static/js/render/release.js");

const NOW = Date.parse("2026-11-22T17:00:20Z");
const RUNNING = {
  id: "a",
  start: "2026-11-22T16:50:00Z",
  end: "2026-11-22T17:30:00Z",
  checked_in: false,
  release_at: "2026-11-22T17:04:00Z",
  actions: ["check-in", "extend", "end"],
};
const LATER = { id: "b", start: "2026-11-22T18:00:00Z", end: "2026-11-22T18:30:00Z", actions: [] };
const STATE = { meetings: [RUNNING, LATER], notices: [] };
const ids = ({ meetings }) => meetings.map(({ id }) => id);

test("the room is offered for lengths that fit, and until the next meeting", () => {
  const offered = (gap, next = true) =>
    lengthsFrom(0, gap === null ? null : gap * 60_000, next).map(({ minutes, whole }) => (whole ? `all ${minutes}` : minutes));
  assert.deepEqual(offered(null), [15, 30, 45, 60]);
  assert.deepEqual(offered(120), [15, 30, 45, 60, "all 120"]);
  assert.deepEqual(offered(30), [15, "all 30"]);
  assert.deepEqual(offered(40), [15, 30, "all 40"]);
  assert.deepEqual(offered(7), ["all 7"]);
  assert.deepEqual(offered(4), []);
  assert.deepEqual(offered(721), [15, 30, 45, 60], "nobody books more than twelve hours");
  assert.deepEqual(offered(30, false), [15, 30], "no meeting begins then");
});

test("a booking stands where the core will put it, from the running minute on", () => {
  const hope = booked(STATE, NOW, 15, "Booked");
  const shown = hope.apply({ ...STATE, meetings: [LATER] });
  assert.deepEqual(ids(shown), [BOOKED, "b"]);
  assert.deepEqual([shown.meetings[0].start, shown.meetings[0].end], ["2026-11-22T17:00:00Z", "2026-11-22T17:15:00Z"]);
  assert.equal(hope.isTrue(STATE), false);
  assert.equal(hope.isTrue({ meetings: [...STATE.meetings, { id: "n", start: LATER.start, pending: true }] }), true);
});

test("what is extended, ended, cancelled or attended is seen at once and given up when the core says it", () => {
  const [longer, over, gone, here] = [extended(RUNNING, 15), ended(RUNNING, NOW), cancelled(RUNNING), attended(RUNNING)];
  assert.equal(longer.apply(STATE).meetings[0].end, "2026-11-22T17:45:00Z");
  assert.equal(over.apply(STATE).meetings[0].end, "2026-11-22T17:00:00Z");
  assert.deepEqual(ids(gone.apply(STATE)), ["b"]);
  const came = here.apply(STATE).meetings[0];
  assert.deepEqual([came.checked_in, came.release_at, came.actions], [true, null, ["extend", "end"]]);
  for (const hope of [longer, over, gone, here]) {
    assert.equal(hope.isTrue(STATE), false);
    assert.equal(hope.isTrue(hope.apply(STATE)), true);
    assert.equal(hope.isTrue({ ...STATE, meetings: [] }), true, "it is not there any more");
  }
  const begun = { ...RUNNING, start: "2026-11-22T17:00:00Z" };
  assert.equal(ended(begun, NOW).apply({ meetings: [begun] }).meetings[0].end, begun.start);
});

test("an undo is offered until it is pressed", () => {
  const notice = { action: { command: "undo", body: { command_id: "c-1" } } };
  const state = { meetings: [], notices: [notice, { action: null }] };
  assert.deepEqual(undone("c-1").apply(state).notices, [{ action: null }]);
  assert.equal(undone("c-1").isTrue(state), false);
  assert.equal(undone("c-2").isTrue(state), true);
});

test("what the core says of room control has its times as the language writes them", () => {
  const detail = "It now lasts until 15:04.";
  const told = (language, code) => detailOf({ code, detail }, new Moments(language, "UTC")).replace("\u202f", " ");
  assert.equal(told("en", "control.extend_done"), "It now lasts until 3:04 PM.");
  assert.equal(told("de", "control.extend_done"), detail);
  assert.equal(told("en", "of.tomorrow"), detail);
});

test("what is left is counted in minutes and seconds", () => {
  assert.deepEqual([252_000, 59_001, 500, 0, -1].map(countdown), ["4:12", "1:00", "0:01", "0:00", "0:00"]);
});

function controlled({ send, outcome = async () => null }) {
  const sent = [];
  const commands = { outcome, send: (name, payload) => (sent.push([name, payload]), send()) };
  const parts = { texts: { say: (key) => key }, clock: { now: () => NOW }, changed: () => {} };
  const control = new Control({ ...parts, commands });
  control.saw(STATE);
  return { control, sent };
}

test("a second tap on its way is the same wish", async () => {
  const { control, sent } = controlled({ send: () => new Promise(() => {}) });
  void control.extend(RUNNING, 15);
  void control.extend(RUNNING, 15);
  void control.end(RUNNING);
  assert.deepEqual(sent, [["extend", { meeting_id: "a", minutes: 15 }]]);
  assert.deepEqual(control.told, ["extend"], "what the core says of it meanwhile is not told twice");
  assert.equal(control.hoped(STATE).meetings[0].end, "2026-11-22T17:45:00Z");
});

test("what was booked keeps its name on the screen when the core gives it an id", () => {
  const { control } = controlled({ send: () => new Promise(() => {}) });
  void control.book(15);
  assert.equal(control.hoped(STATE).meetings.some(({ id }) => id === BOOKED), true);
  control.saw({ ...STATE, meetings: [...STATE.meetings, { id: "n", start: "2026-11-22T17:00:00Z" }] });
  assert.deepEqual(["n", "a"].map((id) => control.nameOf(id)), [BOOKED, "a"]);
  assert.equal(control.hoped(STATE), STATE);
});

test("a refusal takes it back and is kept to be told", async () => {
  const refused = () => Promise.reject(new RequestError({ code: "extend.conflict" }));
  const { control } = controlled({ send: refused });
  await control.extend(RUNNING, 15);
  assert.equal(control.hoped(STATE), STATE);
  assert.deepEqual(control.refusal, { name: "extend", problem: { code: "extend.conflict" } });
  assert.deepEqual(control.told, ["extend"]);
});

test("what nobody confirms or refuses is not shown for ever", async () => {
  const { control } = controlled({ send: async () => "c-1", outcome: async () => ({ key: "command.timeout" }) });
  await control.extend(RUNNING, 15);
  assert.notEqual(control.hoped(STATE), STATE);
  mock.timers.tick(5_000);
  assert.equal(control.hoped(STATE), STATE);
  assert.equal(control.refusal, null);
});

test("a command that its own undo has withdrawn was not refused", async () => {
  const outcome = async () => ({ problem: { code: "write.withdrawn" } });
  const { control } = controlled({ send: async () => "c-1", outcome });
  await control.extend(RUNNING, 15);
  assert.equal(control.refusal, null);
  assert.equal(control.hoped(STATE), STATE);
});
