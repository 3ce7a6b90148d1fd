/* What marks look like: colour and pattern for spans and bars, a sign of its own for each kind of point. */

import { svg } from "./svg.js";

const FILLS = {
  ok: "good",
  failed: "bad-hatch",
  outage: "bad-hatch",
  input_live: "good",
  input_no_signal: "idle-hatch",
  input_no_cable: "line",
  input_absent: "line",
  input_unstable: "doubt-hatch",
  input_unsupported: "bad-hatch",
  input_protected: "bad-hatch",
};
const POINTS = {
  join_done: ["good", "M0-6.5A6.5 6.5 0 1 1 0 6.5A6.5 6.5 0 1 1 0-6.5z", "M-2.9.2l2 2L3-2.3"],
  join_failed: ["bad", "M-6-6H6V6H-6z", "M-2.6-2.6l5.2 5.2M2.6-2.6l-5.2 5.2"],
  join_pending: ["open", "M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6z", ""],
  start_clean: ["tick", "M-6-5.5H6L0 6z", ""],
  start_crash: ["bad", "M-2.9-7H2.9L7-2.9V2.9L2.9 7H-2.9L-7 2.9V-2.9z", "M-2.6-2.6l5.2 5.2M2.6-2.6l-5.2 5.2"],
  start_power_cut: ["doubt", "M1.5-8L-5 1.2H-.8L-2 8L5-1.8H.8z", ""],
  start_first: ["tick", "M0-7L7 0L0 7L-7 0z", ""],
};
const TILE = { width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
const TONES = ["bad", "doubt", "idle"];
const WORST = ["bad", "doubt", "open", "tick", "good"];

/** The patterns, for the page to hold once. */
export function patterns() {
  const made = TONES.map((tone) =>
    svg(
      "pattern",
      { id: `hatch-${tone}`, ...TILE },
      svg("rect", { width: 6, height: 6, class: `hatch-paper ${tone}` }),
      svg("rect", { width: 2.4, height: 6, class: `hatch-ink ${tone}` }),
    ),
  );
  return svg("svg", { width: 0, height: 0, class: "patterns", "aria-hidden": "true" }, svg("defs", {}, ...made));
}

/** A filled stretch in the colours of a shape. */
export function stretch(shape, { x, y, width, height }) {
  const fill = FILLS[shape] ?? "line";
  const tone = fill.replace("-hatch", "");
  if (fill === "line") return svg("rect", { x, y: y + height / 2 - 1, width, height: 2, class: "stretch line" });
  const node = svg("rect", { x, y, width, height, rx: Math.min(3, width / 3), class: `stretch ${tone}` });
  if (fill.endsWith("-hatch")) node.setAttribute("fill", `url(#hatch-${tone})`);
  return node;
}

/** The sign of a point, so many times its size. */
export function sign(shape, x, y, zoom = 1) {
  const [tone, outline, inner] = POINTS[shape] ?? POINTS.start_clean;
  const place = { transform: `translate(${x} ${y}) scale(${zoom})`, class: `sign ${tone}` };
  const node = svg("g", place, svg("path", { d: outline }));
  if (inner) node.append(svg("path", { d: inner, class: "inner" }));
  return node;
}

/** Of several points in one place the one that matters most. */
export function worst(marks) {
  const rank = ({ shape }) => WORST.indexOf(POINTS[shape]?.[0] ?? "tick");
  return marks.reduce((found, each) => (rank(each) < rank(found) ? each : found)).shape;
}

/** A shape by itself, for the legend. */
export function sample(shape) {
  const drawn = shape in POINTS ? sign(shape, 9, 9) : stretch(shape, { x: 1, y: 3, width: 16, height: 12 });
  return svg("svg", { viewBox: "0 0 18 18", class: "sample", "aria-hidden": "true" }, drawn);
}
