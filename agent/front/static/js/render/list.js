/* All meetings there are, by day; "now" stays in view unless somebody is reading elsewhere. */

import { button, el, keyed, setData, setHidden, setOptional, setProperty, setText } from "./dom.js";
import { RowView } from "./row.js";

const READING_MS = 60_000;

export class ListView {
  #context;
  #views = new WeakMap();
  #touchedAt = -Infinity;
  #anchor = null;
  #endedShown = false;
  node = el("div", "days");

  /** @param context texts, joining, `openDetails(id)` and `refresh()` */
  constructor(context) {
    this.#context = context;
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", context.texts.say("list.label"));
    for (const event of ["pointerdown", "wheel", "keydown", "click"]) {
      this.node.addEventListener(event, () => (this.#touchedAt = performance.now()), { capture: true, passive: true });
    }
  }

  update(view, now, moments) {
    const reading = performance.now() - this.#touchedAt < READING_MS;
    if (!reading) this.#endedShown = false;
    const days = view.days.map((day) => ({ ...day, endedCount: day.offset === 0 ? view.endedCount : 0 }));
    const create = (day) => this.#createDay(day);
    keyed(this.node, days, (day) => day.day, create, (node, day) => this.#updateDay(node, day, view, moments));
    if (!reading) this.#keepInView(view);
  }

  #createDay(day) {
    const heading = el("h2", "day-heading");
    const ended = button("ended-toggle", () => this.#toggleEnded());
    const rows = el("ol", "rows");
    const empty = el("p", "day-empty");
    const node = el("section", "day", heading, ended, rows, empty);
    setData(node, "offset", String(day.offset));
    this.#views.set(node, { heading, ended, rows, empty });
    return node;
  }

  #updateDay(node, day, view, moments) {
    const { texts } = this.#context;
    const { heading, ended, rows, empty } = this.#views.get(node);
    setData(node, "offset", String(day.offset));
    setData(node, "ended", this.#endedShown ? "shown" : "folded");
    setText(heading, headingOf(day, moments, texts));
    setHidden(ended, day.endedCount === 0);
    setText(ended, texts.say("list.ended", { n: day.endedCount }));
    setProperty(ended, "ariaExpanded", String(this.#endedShown));
    const over = day.entries.length === day.endedCount && view.tone !== "unknown";
    setOptional(empty, over ? texts.say(emptyKey(day)) : null);
    const create = () => this.#createRow();
    const update = (row, entry) => this.#views.get(row).update(entry, moments, view.carded);
    keyed(rows, day.entries, (entry) => entry.meeting.id, create, update);
  }

  #createRow() {
    const view = new RowView(this.#context);
    this.#views.set(view.node, view);
    return view.node;
  }

  #toggleEnded() {
    this.#endedShown = !this.#endedShown;
    this.#context.refresh();
  }

  /** Scroll when what is first not over has changed, so that it stands at the top. */
  #keepInView(view) {
    const first = view.days[0].entries.find((entry) => entry.phase !== "ended" && !entry.meeting.all_day);
    const anchor = first?.meeting.id ?? view.days[0].day;
    if (anchor === this.#anchor && this.#touchedAt === -Infinity) return;
    const isNew = this.#anchor === null; // and stands at its top
    this.#anchor = anchor;
    this.#touchedAt = -Infinity;
    if (isNew) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.node.scrollTo({ top: 0, behavior: calm ? "instant" : "smooth" });
  }
}

function emptyKey(day) {
  return day.endedCount > 0 ? "list.nothing_more" : "list.nothing";
}

function headingOf(day, moments, texts) {
  if (day.offset === 0) return texts.say("list.today");
  if (day.offset === 1) return texts.say("list.tomorrow");
  return moments.heading(day.day);
}
