/* The marks of a lane as pictures: where each stands, and what is said about it. */

import { whenOf } from "./lanes.js";
import { clustered } from "./scale.js";
import { sign, stretch, worst } from "./shapes.js";
import { svg } from "./svg.js";

const CLOSE_PX = 15; // sizes are those at 16 pixels a letter
const SIGN_PX = 8;
const LETTER_PX = 7.2;
const MOST_LINES = 6;

/**
 * `{node, left, right, when, lines, instant}` for each mark, for each group of those that would cover each other.
 * @param frame `x`: scale, `width`, `height`, `zoom` @param words texts and times
 */
export function marksOf(lane, frame, words) {
  if (lane.kind === "points") {
    return clustered(lane.marks, frame.x, CLOSE_PX * frame.zoom).map((group) => point(group, frame, words));
  }
  const most = Math.max(1, ...lane.marks.map(({ ok = 0, failed = 0 }) => ok + failed));
  return lane.marks.map((mark) => {
    const [a, b] = [frame.x(mark.from), frame.x(mark.until)];
    const [left, width] = [Math.min(a, b), Math.abs(b - a)];
    const node = lane.kind === "bars" ? bar(mark, left, width, frame, most) : span(mark, left, width, frame);
    const instant = mark.began ?? mark.from;
    return { node, left, right: left + width, when: whenOf(mark, words), lines: mark.lines, instant };
  });
}

function point(group, { x, width, height, zoom }, words) {
  const [edge, half] = [(SIGN_PX + 1) * zoom, SIGN_PX * zoom];
  const at = Math.min(width - edge, Math.max(edge, x(group[0].from)));
  const node = svg("g", { class: "mark" }, sign(worst(group), at, height / 2, zoom));
  const when = whenOf(group[0], words);
  const place = { node, left: at - half, right: at + half, when, instant: group[0].from };
  if (group.length === 1) return { ...place, lines: group[0].lines };
  const many = group.length > 99 ? "99+" : String(group.length);
  node.append(svg("text", { x: at + edge, y: height / 2 - 5 * zoom, class: "count" }, many));
  const lines = group.slice(0, MOST_LINES).map((mark) => `${whenOf(mark, words)} ${mark.lines.join(": ")}`);
  return { ...place, lines: group.length > MOST_LINES ? [...lines, "…"] : lines };
}

function bar({ ok, failed }, left, width, { height }, most) {
  const gap = width > 6 ? 1 : 0.4;
  const [x, w] = [left + gap, Math.max(1, width - 2 * gap)];
  const high = (n) => (n > 0 ? Math.max(3, ((height - 4) * n) / most) : 0);
  const [good, bad] = [high(ok), high(failed)];
  const node = svg("g", { class: "mark" });
  if (good > 0) node.append(stretch("ok", { x, y: height - good, width: w, height: good }));
  if (bad > 0) node.append(stretch("failed", { x, y: Math.max(0, height - good - bad), width: w, height: bad }));
  return node;
}

function span({ shape, lines }, left, width, { height, zoom }) {
  const w = Math.max(3, width);
  const node = svg("g", { class: "mark" }, stretch(shape, { x: left, y: 3, width: w, height: height - 6 }));
  const room = Math.floor((w - 14) / (LETTER_PX * zoom));
  if (shape === "input_live" && lines[0].length <= room) {
    node.append(svg("text", { x: left + w / 2, y: height / 2, class: "on-mark" }, lines[0]));
  }
  return node;
}
