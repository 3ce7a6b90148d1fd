/* How long edits take until the room shows them: median, 95th percentile, and how they are spread. */

import { el, keyed, setHidden, setText } from "../render/dom.js";
import { section } from "./section.js";
import { svg } from "./svg.js";

const WIDTH = 320;
const HEIGHT = 96;

export class FreshnessView {
  #parts;
  #figures = el("dl", "figures");
  #empty = el("p", "lead");
  #picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 18}`, class: "histogram", "aria-hidden": "true" });
  #rows = el("tbody");
  #table;
  #shown = "";
  node;

  constructor(parts) {
    const { texts } = parts;
    this.#parts = parts;
    setText(this.#empty, texts.say("ops.freshness.empty"));
    const lead = el("p", "lead", texts.say("ops.freshness.lead"));
    const table = el("table", "plain", el("caption", "", texts.say("ops.freshness")), this.#rows);
    this.#table = el("details", "more", el("summary", "", texts.say("ops.table")), table);
    const content = [lead, this.#empty, this.#figures, this.#picture, this.#table];
    this.node = section("freshness", texts.say("ops.freshness"), [], ...content);
  }

  update({ freshness }) {
    const content = JSON.stringify(freshness);
    if (content === this.#shown) return;
    this.#shown = content;
    const { texts, times } = this.#parts;
    const bars = barsOf(freshness);
    const total = bars.reduce((sum, { count }) => sum + count, 0);
    setHidden(this.#empty, total > 0);
    for (const node of [this.#figures, this.#table]) setHidden(node, total === 0);
    this.#picture.style.display = total === 0 ? "none" : "";
    const figures = [
      [texts.say("ops.freshness.median"), lengthOr(freshness.median_s, times)],
      [texts.say("ops.freshness.p95"), lengthOr(freshness.p95_s, times)],
    ];
    const made = () => el("div", "figure", el("dt"), el("dd"));
    keyed(this.#figures, figures, ([name]) => name, made, (node, [name, value]) => {
      setText(node.firstElementChild, name);
      setText(node.lastElementChild, value);
    });
    this.#draw(bars);
    const named = bars.map((bar) => [this.#nameOf(bar), texts.say("ops.freshness.edits", { n: bar.count })]);
    this.#rows.replaceChildren(...named.map(([name, count]) => el("tr", "", rowHead(name), el("td", "", count))));
  }

  #nameOf({ bound, last }) {
    const { texts, times } = this.#parts;
    return texts.say(last ? "ops.freshness.beyond" : "ops.freshness.within", { time: times.length(bound) });
  }

  #draw(bars) {
    const { times } = this.#parts;
    const most = Math.max(1, ...bars.map(({ count }) => count));
    const step = WIDTH / Math.max(1, bars.length);
    const rightToLeft = document.documentElement.dir === "rtl";
    const every = Math.ceil(bars.length / 6);
    const nodes = bars.flatMap((bar, n) => {
      const left = rightToLeft ? WIDTH - (n + 1) * step : n * step;
      const height = bar.count > 0 ? Math.max(3, (HEIGHT * bar.count) / most) : 1;
      const shape = { x: left + 1.5, y: HEIGHT - height, width: Math.max(1, step - 3), height, rx: 2 };
      const title = svg("title", {}, `${this.#nameOf(bar)}: ${times.number(bar.count)}`);
      const rect = svg("rect", { ...shape, class: bar.count > 0 ? "stretch good" : "stretch line" }, title);
      if (n % every !== 0 && !bar.last) return [rect];
      if (bar.last && (n - 1) % every === 0) return [rect];
      const text = bar.last ? `> ${times.length(bar.bound)}` : times.length(bar.bound);
      return [rect, svg("text", { x: left + step / 2, y: HEIGHT + 14, class: "tick" }, text)];
    });
    this.#picture.replaceChildren(...nodes);
  }
}

/** `{bound, count, last}`: so many up to this bound, the last beyond it; without the empty ones at both ends. */
export function barsOf({ bounds_s: bounds, counts }) {
  const all = counts.map((count, n) => ({ bound: bounds[n] ?? bounds.at(-1) ?? 0, count, last: n >= bounds.length }));
  const filled = all.map(({ count }, n) => (count > 0 ? n : -1)).filter((n) => n >= 0);
  if (filled.length === 0) return [];
  return all.slice(Math.max(0, filled[0] - 1), Math.min(all.length, filled.at(-1) + 2));
}

function lengthOr(seconds, times) {
  return seconds === null ? "–" : times.length(seconds);
}

function rowHead(text) {
  const node = el("th", "", text);
  node.scope = "row";
  return node;
}
