// What is on a drawn laptop's own screen, 160 × 90.

import { shape } from "./dom.js";

const box = (x, y, width, height, fill, more = {}) => shape("rect", { x, y, width, height, fill, ...more });

const PICTURES = {
  slides: () => [
    box(0, 0, 160, 90, "#f7f5f0"),
    box(0, 0, 3, 90, "#2a55cc"),
    box(14, 12, 66, 7, "#131820", { rx: 2 }),
    ...[[22, "#2a55cc"], [33, "#2a55cc"], [28, "#2a55cc"], [44, "#10664f"]].map(([height, fill], i) => box(16 + i * 34, 80 - height, 24, height, fill)),
  ],
  bars: () => ["#c9c9c9", "#c6c33a", "#3fc2c4", "#3dbf43", "#c245c0", "#c23c36", "#3b42c2"].map((fill, i) => box(i * 23, 0, 23, 90, fill)),
  black: () => [box(0, 0, 160, 90, "#000")],
  unsupported: () => [
    box(0, 0, 160, 90, "#1d2a4d"),
    shape("path", { d: "M 46 62 V 28 h 34 M 114 28 v 34 h -34 M 46 28 l 68 34 M 114 28 l -68 34", stroke: "#a9bdf2", "stroke-width": 3, fill: "none" }),
  ],
  restless: () => [
    box(0, 0, 160, 90, "#1b2026"),
    ...[[20, 26, "#ffc24a"], [34, 44, "#f7f5f0"], [8, 60, "#6d7886"]].map(([x, y, fill]) => box(x, y, 110, 8, fill, { transform: `skewX(${x - 20})` })),
  ],
};

export function preview(shows) {
  return (PICTURES[shows] ?? PICTURES.black)();
}
