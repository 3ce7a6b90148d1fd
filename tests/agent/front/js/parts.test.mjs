import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "../../../../agent/front/static/js/clock.js";
import { EventParser } from "../../../../agent/front/static/js/events.js";
import { hostOf, safeLink } from "../../../../agent/front/static/js/links.js";
import { backOff } from "../../../../agent/front/static/js/stream.js";
import { Texts, chooseLanguage } from "../../../../agent/front/static/js/texts.js";
import { lineOf } from "../../../../agent/front/static/js/render/meeting.js";

function parsed(...pieces) {
  const events = [];
  const parser = new EventParser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
}

test("events come out whole, however the text was cut", () => {
  const text = ": keep-alive\r\n\r\nevent: room\r\nid: 7\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata:x\n\n";
  const whole = [
    { event: "room", data: '{"a":\n1}', id: "7" },
    { event: "message", data: "x", id: "7" },
  ];
  assert.deepEqual(parsed(text), whole);
  assert.deepEqual(parsed(...text), whole);
});

test("an event without its empty line, or without data, is none", () => {
  assert.deepEqual(parsed("event: room\ndata: 1\n"), []);
  assert.deepEqual(parsed("event: room\n\n"), []);
});

test("the clock follows the server and goes on by itself", () => {
  let elapsed = 1000;
  const clock = new ServerClock(() => elapsed);
  clock.sync("2026-11-22T17:00:00Z");
  elapsed += 61_500;
  assert.equal(clock.instant(), "2026-11-22T17:01:01Z");
  clock.sync("nonsense");
  assert.equal(clock.instant(), "2026-11-22T17:01:01Z");
  clock.sync("2026-11-22T16:00:00Z");
  assert.equal(clock.instant(), "2026-11-22T16:00:00Z");
});

test("only plain https links are opened", () => {
  assert.equal(safeLink("https://zoom.example/j/1?pwd=x").host, "zoom.example");
  const refused = ["http://a.example", "javascript:alert(1)", "https://u:p@a.example/", "data:text/html,x", "//a", ""];
  for (const link of [...refused, null]) assert.equal(safeLink(link), null, String(link));
});

test("a person is shown the host in its ASCII form", () => {
  assert.equal(hostOf({ url: "https://zооm.example/j/1", sip: null }), new URL("https://zооm.example").host);
  assert.match(hostOf({ url: "https://zооm.example/j/1" }), /^xn--/);
  assert.equal(hostOf({ url: null, sip: "1@sip.example", h323: null }), "1@sip.example");
});

test("pauses grow to four seconds and no further", () => {
  assert.deepEqual([0, 1, 2, 30].map((failures) => backOff(failures, 0)), [250, 500, 1000, 2000]);
  assert.ok(backOff(1000, 0.999) <= 4_000);
});

test("texts fill their places and choose the plural", () => {
  const texts = new Texts({ a: "{n} of {m}", b: { one: "{n} day", other: "{n} days" } }, "en");
  assert.equal(texts.say("a", { n: 1, m: "{n}" }), "1 of {n}");
  assert.equal(texts.say("a"), "{n} of {m}");
  assert.deepEqual([texts.say("b", { n: 1 }), texts.say("b", { n: 5 })], ["1 day", "5 days"]);
  assert.equal(texts.say("missing"), "missing");
});

test("languages fall back by their parts to English", () => {
  const available = ["en", "de", "pt-BR"];
  const chosen = ["de", "de-CH", "pt-BR", "pt", "", "x"].map((asked) => chooseLanguage(asked, available));
  assert.deepEqual(chosen, ["de", "de", "pt-BR", "en", "en", "en"]);
});

test("foreign pieces cannot turn the rest of a line around", () => {
  assert.equal(lineOf("a\u202e\u2069b", null, "c"), "\u2068ab\u2069 · \u2068c\u2069");
  assert.equal(lineOf(null, undefined), null);
});
