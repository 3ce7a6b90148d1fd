/* The last hours: lanes over one axis of time, a legend, and the same as tables. */

import { el, keyed, setHidden } from "../render/dom.js";
import { Asking } from "./asking.js";
import { LaneView } from "./lane_view.js";
import { lanesOf } from "./lanes.js";
import { laneTables } from "./lane_tables.js";
import { LegendView } from "./legend.js";
import { ROOT } from "./paths.js";
import { scaleOf, ticksOf } from "./scale.js";
import { section } from "./section.js";
import { patterns } from "./shapes.js";
import { svg } from "./svg.js";
import { Tip } from "./tip.js";

const PERIODS_H = [6, 24, 168];
const EVERY_MS = 60_000;
const TICK_APART_PX = 66; // sizes are those at 16 pixels a letter
const AXIS_PX = 24;

export class TimelineView {
  #parts;
  #hours = 24;
  #timeline = null;
  #zone = null;
  #lanes = new WeakMap();
  #list = el("div", "lanes");
  #axis = svg("svg", { class: "axis", "aria-hidden": "true" });
  #legend;
  #tables = el("div", "tables");
  #details;
  #chart;
  #drawn;
  #tip = new Tip();
  #asking;
  #timer = null;
  #watch = new ResizeObserver(() => this.#draw());
  node;

  constructor(parts) {
    const { texts } = parts;
    this.#parts = parts;
    this.#asking = new Asking(parts, this.#path(), (timeline) => this.#take(timeline));
    const axisRow = el("div", "lane axis-row", el("span", "lane-name"), el("div", "lane-plot", this.#axis));
    this.#chart = el("div", "chart", patterns(), this.#list, axisRow, this.#tip.node);
    this.#details = el("details", "more", el("summary", "", texts.say("ops.table")), this.#tables);
    this.#details.addEventListener("toggle", () => this.#tabulate());
    const help = el("p", "keys", texts.say("ops.timeline.keys"));
    this.#legend = new LegendView(texts);
    const foot = el("div", "chart-foot", this.#legend.node);
    this.#drawn = [this.#chart, foot, this.#details];
    const beside = [help, this.#periods()];
    this.node = section("timeline", texts.say("ops.timeline"), beside, this.#asking.node, ...this.#drawn);
    for (const each of this.#drawn) setHidden(each, true);
    this.#watch.observe(this.#chart);
  }

  update({ timezone }) {
    if (timezone !== this.#zone) this.#draw();
    this.#zone = timezone;
  }

  shown() {
    this.hidden();
    void this.#asking.ask(this.#path());
    this.#timer = setInterval(() => document.hidden || void this.#asking.ask(this.#path()), EVERY_MS);
  }

  hidden() {
    clearInterval(this.#timer);
    this.#tip.hide();
  }

  #path() {
    return `${ROOT}/timeline?hours=${this.#hours}`;
  }

  #periods() {
    const { texts, times } = this.#parts;
    const choices = PERIODS_H.map((hours) => {
      const radio = el("input");
      Object.assign(radio, { type: "radio", name: "period", value: hours, checked: hours === this.#hours });
      radio.addEventListener("change", () => {
        this.#hours = hours;
        void this.#asking.ask(this.#path());
      });
      return el("label", "segment", radio, el("span", "", times.period(hours)));
    });
    const group = el("div", "segments", ...choices);
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", texts.say("ops.timeline.period"));
    return group;
  }

  #take(timeline) {
    this.#timeline = timeline;
    for (const each of this.#drawn) setHidden(each, false);
    this.#draw();
    this.#tabulate();
  }

  #draw() {
    const width = Math.floor(this.#axis.getBoundingClientRect().width);
    if (!this.#timeline || width === 0) return;
    const { times } = this.#parts;
    const zoom = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const [since, until] = [Date.parse(this.#timeline.since), Date.parse(this.#timeline.until)];
    const x = scaleOf(since, until, width, document.documentElement.dir === "rtl");
    const ticks = ticksOf(since, until, width, TICK_APART_PX * zoom, (ms) => times.minuteOfDay(ms));
    const lanes = lanesOf(this.#timeline, this.#parts);
    keyed(this.#list, lanes, ({ id }) => id, (lane) => this.#made(lane), (node, lane) => {
      this.#lanes.get(node).draw(lane, { x, width, ticks, zoom });
    });
    this.#drawAxis(width, x, ticks, zoom);
    this.#legend.draw(lanes);
  }

  #made() {
    const view = new LaneView(this.#parts, this.#tip);
    this.#lanes.set(view.node, view);
    return view.node;
  }

  #drawAxis(width, x, ticks, zoom) {
    const { times } = this.#parts;
    this.#axis.setAttribute("viewBox", `0 0 ${width} ${AXIS_PX * zoom}`);
    this.#axis.setAttribute("height", AXIS_PX * zoom);
    const labels = ticks.filter(({ at }) => x(at) > 22 * zoom && x(at) < width - 22 * zoom);
    const made = labels.map(({ at, midnight }) => {
      const text = midnight ? times.dayName(at) : times.time(at);
      return svg("text", { x: x(at), y: 16 * zoom, class: midnight ? "tick midnight" : "tick" }, text);
    });
    this.#axis.replaceChildren(...made);
  }

  #tabulate() {
    if (!this.#details.open || !this.#timeline) return;
    this.#tables.replaceChildren(...laneTables(lanesOf(this.#timeline, this.#parts), this.#parts));
  }
}
