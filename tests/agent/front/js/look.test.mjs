/* Pure decisions of the look and of the sheets. */

import assert from "node:assert/strict";
import { test } from "node:test";

const seen = { matches: false, addEventListener() {} };
globalThis.matchMedia = () => seen;
const { contrast, tonesOf } = await import("../../../../agent/front/static/js/colours.js");
const { isBetween } = await import("../../../../agent/front/static/js/look.js");

const at = (hour, minute = 0) => hour * 60 + minute;
const rgb = (css) => css.match(/\d+/g).map(Number);

test("a night goes over midnight", () => {
  assert.equal(isBetween(at(23), "22:00", "06:30"), true);
  assert.equal(isBetween(at(6, 29), "22:00", "06:30"), true);
  assert.equal(isBetween(at(6, 30), "22:00", "06:30"), false);
  assert.equal(isBetween(at(21, 59), "22:00", "06:30"), false);
});

test("an hour of the day does not, and nothing is between nothing", () => {
  assert.equal(isBetween(at(13), "12:00", "14:00"), true);
  assert.equal(isBetween(at(14), "12:00", "14:00"), false);
  for (const [from, until] of [[null, null], ["22:00", null], ["22:00", "22:00"], ["late", "06:00"]]) {
    assert.equal(isBetween(at(23), from, until), false);
  }
});

test("every colour becomes one that carries white text, and one that stands out on paper", () => {
  for (const colour of ["#ffffff", "#ffd400", "#00ffff", "#888888", "#0a1f5c", "#000000"]) {
    for (const dark of [false, true]) {
      const { high, low, mark } = tonesOf(colour, dark);
      assert.ok(contrast(rgb(high), [255, 255, 255]) >= 7, `${colour} ${high}`);
      assert.ok(contrast(rgb(low), [255, 255, 255]) >= contrast(rgb(high), [255, 255, 255]), `${colour} ${low}`);
      assert.ok(contrast(rgb(mark), dark ? [29, 34, 38] : [246, 245, 241]) >= 4.5, `${colour} ${mark}`);
    }
  }
  for (const other of [null, undefined, "", "red", "#fff", "#12345g"]) assert.equal(tonesOf(other, false), null);
});
