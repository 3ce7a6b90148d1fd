/* Which sign means what, of those that are there. */

import { el, keyed } from "../render/dom.js";
import { sample } from "./shapes.js";

const OWN = { ok: "ops.lane.reads", failed: "ops.legend.failed", outage: "ops.lane.outages" };

export class LegendView {
  #texts;
  node = el("ul", "legend");

  constructor(texts) {
    this.#texts = texts;
  }

  draw(lanes) {
    const shapes = lanes.flatMap(({ marks }) => marks.map(({ shape }) => shape));
    const bars = lanes[0].marks.some(({ ok }) => ok > 0) ? ["ok"] : [];
    const made = (shape) => el("li", "", sample(shape), this.#texts.say(keyOf(shape)));
    keyed(this.node, [...new Set([...bars, ...shapes])], (shape) => shape, made, () => {});
  }
}

/** `join_done` is called as the join is: `ops.join.done`. */
function keyOf(shape) {
  return OWN[shape] ?? `ops.${shape.replace("_", ".")}`;
}
