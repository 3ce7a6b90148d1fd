import assert from "node:assert/strict";
import { test } from "node:test";

import { Moments, relative } from "../../../../agent/front/static/js/moments.js";

const iso = (ms) => new Date(ms).toISOString();
const plain = (text) => text.replace(/[\u202f\u2009]/g, " ");

test("a date is the room's midnight, on days the clocks change too", () => {
  const cases = {
    "America/Los_Angeles": { "2026-11-01": "07:00", "2026-11-02": "08:00", "2026-03-09": "07:00" },
    "Europe/Berlin": { "2026-03-29": "23:00", "2026-03-30": "22:00", "2026-10-25": "22:00", "2026-10-26": "23:00" },
    "Asia/Kolkata": { "2026-06-01": "18:30" },
    UTC: { "2026-06-01": "00:00" },
  };
  for (const [zone, dates] of Object.entries(cases)) {
    for (const [date, clock] of Object.entries(dates)) {
      assert.equal(iso(new Moments("en", zone).parse(date)).slice(11, 16), clock, `${zone} ${date}`);
    }
  }
});

test("a zone without midnight on that day starts it at its first instant", () => {
  const moments = new Moments("en", "Africa/Cairo"); // clocks go from 24 April 23:59 to 01:00
  assert.equal(moments.day(moments.parse("2026-04-24")), "2026-04-24");
});

test("instants and days", () => {
  const moments = new Moments("en", "Asia/Tokyo");
  assert.equal(moments.parse("2026-11-22T17:00:00Z"), Date.UTC(2026, 10, 22, 17));
  assert.equal(moments.day(Date.UTC(2026, 10, 22, 17)), "2026-11-23");
  assert.equal(moments.dayAfter("2026-12-31"), "2027-01-01");
});

test("times are written as the language does, in the room's zone", () => {
  const at = Date.UTC(2026, 10, 22, 17, 5);
  const english = new Moments("en", "America/Los_Angeles");
  const german = new Moments("de", "Europe/Berlin");
  assert.deepEqual(english.clock(at), { digits: "9:05", period: "AM" });
  assert.deepEqual(german.clock(at), { digits: "18:05", period: "" });
  assert.equal(plain(english.range(at, at + 1_800_000)), "9:05 – 9:35 AM");
  assert.equal(plain(english.range(at, at + 15 * 3_600_000)), "9:05 AM – 12:05 AM");
  assert.equal(plain(english.range(at, at + 36 * 3_600_000)), "Sun 9:05 AM – Mon 9:05 PM");
  assert.equal(german.longDate(at), "Sonntag, 22. November");
  assert.equal(english.heading("2026-11-24"), "Tuesday, November 24");
});

test("days are Gregorian in Latin digits whatever the language", () => {
  assert.equal(new Moments("ar-SA", "Asia/Riyadh").day(Date.UTC(2026, 10, 22, 9)), "2026-11-22");
  assert.equal(new Moments("th", "Asia/Bangkok").day(Date.UTC(2026, 10, 22, 9)), "2026-11-22");
});

test("a zone or language nobody knows falls back instead of failing", () => {
  const moments = new Moments("no such tag!", "Mars/Olympus");
  assert.deepEqual([moments.language, moments.zone], ["en", "UTC"]);
  assert.deepEqual([new Moments("", "").language, new Moments("", "").zone], ["en", "UTC"]);
});

test("waiting times in words", () => {
  const minutes = (count) => relative(0, count * 60_000);
  assert.deepEqual(minutes(0), ["relative.now", {}]);
  assert.deepEqual(relative(0, 1), ["relative.minutes", { n: 1 }]);
  assert.deepEqual(minutes(59), ["relative.minutes", { n: 59 }]);
  assert.deepEqual(minutes(120), ["relative.hours", { n: 2 }]);
  assert.deepEqual(minutes(95), ["relative.hours_minutes", { h: 1, min: 35 }]);
});
