/* One lane: its name, and its marks as a picture that is walked through with the arrow keys. */

import { el, setText } from "../render/dom.js";
import { marksOf } from "./lane_marks.js";
import { svg } from "./svg.js";

const HEIGHTS = { bars: 56, spans: 26, points: 26 }; // at 16 pixels a letter
const NEAR_PX = 18;

export class LaneView {
  #words;
  #tip;
  #lane = null;
  #drawn = [];
  #title = el("span", "lane-title");
  #about = el("bdi", "lane-about");
  #none = el("span", "lane-none");
  #picture = svg("svg", { class: "lane-picture", role: "group" });
  #at = 0;
  node;

  constructor(words, tip) {
    this.#words = words;
    this.#tip = tip;
    const plot = el("div", "lane-plot", this.#picture, this.#none);
    this.node = el("div", "lane", el("div", "lane-name", this.#title, this.#about), plot);
    plot.addEventListener("pointermove", (event) => this.#pointed(event));
    plot.addEventListener("pointerdown", (event) => this.#pointed(event));
    plot.addEventListener("pointerleave", () => tip.hide());
    // Not at the picture: Chromium lets an SVG element that listens for the focus have it.
    plot.addEventListener("keydown", (event) => this.#key(event));
    plot.addEventListener("focusin", (event) => this.#focused(event.target));
    plot.addEventListener("focusout", () => tip.hide());
  }

  /** @param frame `x`: scale, `width`, `ticks`, `zoom`: how much larger than with letters of 16 pixels */
  draw(lane, frame) {
    this.#lane = lane;
    setText(this.#title, lane.title);
    setText(this.#about, lane.about);
    setText(this.#none, lane.marks.length > 0 ? "" : this.#words.texts.say("ops.none"));
    const height = HEIGHTS[lane.kind] * frame.zoom;
    this.#picture.setAttribute("viewBox", `0 0 ${frame.width} ${height}`);
    this.#picture.setAttribute("height", height);
    this.#picture.setAttribute("aria-label", [lane.title, lane.about].filter(Boolean).join(": "));
    this.node.dataset.kind = lane.kind;
    const focused = this.#picture.contains(document.activeElement);
    const grid = frame.ticks.map(({ at, midnight }) => {
      const x = Math.round(frame.x(at)) + 0.5;
      return svg("line", { x1: x, x2: x, y1: 0, y2: height, class: midnight ? "grid midnight" : "grid" });
    });
    this.#drawn = marksOf(lane, { ...frame, height }, this.#words);
    this.#at = Math.min(this.#at, Math.max(0, this.#drawn.length - 1));
    for (const [n, { node, when, lines }] of this.#drawn.entries()) {
      node.setAttribute("role", "img");
      node.setAttribute("aria-label", [when, ...lines].join(", "));
      node.setAttribute("tabindex", n === this.#at ? 0 : -1);
    }
    this.#picture.replaceChildren(...grid, ...this.#drawn.map(({ node }) => node));
    if (focused) this.#drawn[this.#at]?.node.focus({ preventScroll: true });
  }

  #pointed(event) {
    const x = event.clientX - this.#picture.getBoundingClientRect().left;
    const distance = ({ left, right }) => Math.max(0, left - x, x - right);
    const closer = (found, each) => (!found || distance(each) < distance(found) ? each : found);
    const nearest = this.#drawn.reduce(closer, null);
    if (nearest && distance(nearest) <= NEAR_PX) this.#tip.show(nearest, this.#picture, this.#lane);
    else this.#tip.hide();
  }

  #focused(target) {
    const n = this.#drawn.findIndex(({ node }) => node === target);
    if (n < 0) return;
    this.#drawn[this.#at]?.node.setAttribute("tabindex", -1);
    target.setAttribute("tabindex", 0);
    this.#at = n;
    this.#tip.show(this.#drawn[n], this.#picture, this.#lane);
  }

  #key(event) {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.key === "Escape") return this.#tip.hide();
    if (!(event.key in steps)) return;
    event.preventDefault();
    const step = event.key.startsWith("Arrow") ? (event.key === forward ? 1 : -1) : steps[event.key];
    const next = Math.min(this.#drawn.length - 1, Math.max(0, this.#at + step));
    this.#drawn[next]?.node.focus({ preventScroll: true });
  }
}
