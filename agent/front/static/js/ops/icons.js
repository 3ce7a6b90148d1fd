/* Signs drawn here: a state is told by its shape, not only by its colour. */

import { svg } from "./svg.js";

/** Outline and what is drawn on it, in a square of 20. */
const SHAPES = {
  pass: ["M10 1a9 9 0 1 1 0 18a9 9 0 1 1 0-18z", "M5.8 10.4l2.9 2.9 5.5-6.2"],
  warn: ["M10 1.6L19.2 18H.8z", "M10 7.4v4.8M10 15v.2"],
  fail: ["M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z", "M7 7l6 6M13 7l-6 6"],
  info: ["M5 1h10a4 4 0 0 1 4 4v10a4 4 0 0 1-4 4H5a4 4 0 0 1-4-4V5a4 4 0 0 1 4-4z", "M10 9.4v5M10 5.8v.2"],
};
const SAME = { error: "fail", warning: "warn" };

/** A sign for pass, warn, fail, info, error or warning; silent, the word stands beside it. */
export function icon(name) {
  const known = SAME[name] ?? (name in SHAPES ? name : "info");
  const node = svg("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", "data-status": known });
  const [outline, stroke] = SHAPES[known];
  node.append(svg("path", { d: outline }), svg("path", { d: stroke, class: "stroke" }));
  return node;
}
