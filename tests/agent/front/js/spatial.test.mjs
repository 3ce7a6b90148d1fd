import assert from "node:assert/strict";
import { test } from "node:test";

import { nextFrom } from "../../../../agent/front/static/js/spatial.js";

const DIRECTIONS = ["Up", "Down", "Left", "Right"];
const WIDTH = 1280;

const at = (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height });
const mirrored = ({ left, top, right, bottom }) => ({ left: WIDTH - right, top, right: WIDTH - left, bottom });

/** A stage with two cards, a list with a toggle and rows, some with Join, and a button below. */
function screen(scrolled = 0) {
  const places = {
    card: at(50, 400, 660, 110),
    join: at(490, 410, 210, 90),
    others: at(80, 470, 150, 30),
    second: at(50, 530, 660, 90),
    secondJoin: at(490, 540, 210, 70),
    toggle: at(800, 160 - scrolled, 160, 44),
  };
  for (let row = 0; row < 20; row += 1) {
    places[`row${row}`] = at(800, 210 - scrolled + row * 70, 440, 70);
    if (row % 2 === 1) places[`rowJoin${row}`] = at(1140, 218 - scrolled + row * 70, 88, 44);
  }
  return { ...places, language: at(1120, 670, 120, 44) };
}

const inList = (name) => name.startsWith("row") || name === "toggle";
const inSight = ({ top, bottom }) => top >= 0 && bottom <= 715;

/** What the arrow leads to on this screen, by name; as the page asks: in the list all of it, elsewhere what is seen. */
function step(places, from, direction) {
  const names = Object.keys(places).filter((name) => name !== from);
  const same = (name) => inList(name) && inList(from);
  const asked = names.filter((name) => same(name) || inSight(places[name]));
  const candidates = asked.map((name) => ({ rect: places[name], same: same(name) }));
  const index = nextFrom(places[from], candidates, direction);
  return index === null ? null : asked[index];
}

test("nothing there leads nowhere", () => {
  assert.equal(nextFrom(at(0, 0, 10, 10), [], "Up"), null);
  assert.equal(nextFrom(at(0, 0, 10, 10), [{ rect: at(0, 20, 10, 10), same: false }], "Up"), null);
});

test("a part lies to one side of its whole", () => {
  const places = screen();
  assert.equal(step(places, "card", "Right"), "join");
  assert.equal(step(places, "join", "Left"), "card");
  assert.equal(step(places, "card", "Left"), "others");
  assert.equal(step(places, "row3", "Right"), "rowJoin3");
  assert.equal(step(places, "rowJoin3", "Left"), "row3");
  assert.equal(step(places, "rowJoin3", "Down"), "row4", "not its own row, whose middle is lower");
});

test("left and right cross over at the same height", () => {
  const places = screen();
  assert.equal(step(places, "join", "Right"), "row3");
  assert.equal(step(places, "row3", "Left"), "join");
  assert.equal(step(places, "row0", "Left"), "join", "where nothing stands at its height, to what is near");
  assert.equal(step(places, "row2", "Right"), null);
});

test("down walks the whole list, then leaves it; up comes back to what is in sight", () => {
  const places = screen();
  const walked = ["toggle"];
  while (walked.at(-1) !== "row19") walked.push(step(places, walked.at(-1), "Down"));
  assert.deepEqual(walked, ["toggle", ...Array.from({ length: 20 }, (_, row) => `row${row}`)]);
  const end = screen(960);
  assert.equal(step(end, "row19", "Down"), "language");
  assert.equal(step(end, "rowJoin19", "Down"), "language");
  assert.equal(step(end, "language", "Up"), "rowJoin19");
});

test("a mirrored screen is walked mirrored", () => {
  const places = screen();
  const turned = Object.fromEntries(Object.entries(places).map(([name, rect]) => [name, mirrored(rect)]));
  const other = { Left: "Right", Right: "Left", Up: "Up", Down: "Down" };
  for (const name of Object.keys(places)) {
    for (const direction of DIRECTIONS) {
      assert.equal(step(turned, name, other[direction]), step(places, name, direction), `${name} ${direction}`);
    }
  }
});

test("from anything arrows lead to everything", () => {
  const places = screen();
  for (const start of Object.keys(places)) {
    const reached = new Set([start]);
    for (const name of reached) {
      for (const direction of DIRECTIONS) reached.add(step(places, name, direction) ?? name);
    }
    assert.deepEqual([...reached].sort(), Object.keys(places).sort(), start);
  }
});

test("grids of any measure are walked through", () => {
  for (let columns = 1; columns <= 6; columns += 1) {
    for (let count = 1; count <= 20; count += 1) {
      const cells = Array.from({ length: count }, (_, cell) => {
        return at((cell % columns) * 110, Math.floor(cell / columns) * 60, 100, 50);
      });
      const all = [...cells, at(580, 500, 90, 50)]; // a button below, at the far end
      const reached = new Set([0]);
      for (const index of reached) {
        for (const direction of DIRECTIONS) {
          const others = all.map((rect, other) => ({ rect, same: true, other })).filter(({ other }) => other !== index);
          const next = nextFrom(all[index], others, direction);
          if (next !== null) reached.add(others[next].other);
        }
      }
      assert.equal(reached.size, all.length, `${columns} columns, ${count} cells`);
    }
  }
});
