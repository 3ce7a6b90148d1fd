/* What the calendar server says of each item, and what becomes of it: asked for by hand, because it holds subjects. */

import { button, el, setHidden, setText } from "../render/dom.js";
import { Asking } from "./asking.js";
import { filterField, holds } from "./filter.js";
import { beginning } from "./long_text.js";
import { ROOT } from "./paths.js";
import { rawItem } from "./raw_item.js";
import { section } from "./section.js";

const MOST = 500;

export class RawView {
  #parts;
  #asking;
  #answer = null;
  #words = [];
  #ask;
  #busy;
  #said = el("p", "raw-said");
  #notes = el("div", "raw-notes");
  #tools;
  #list = el("ol", "raw-items");
  #nothing = el("p", "lead");
  node;

  constructor(parts) {
    const { texts } = parts;
    this.#parts = parts;
    this.#asking = new Asking(parts, `${ROOT}/raw`, (answer) => this.#take(answer));
    this.#ask = button("primary", () => void this.#look(), texts.say("ops.raw.ask"));
    this.#busy = el("p", "busy", el("span", "spinner"), texts.say("ops.raw.asking"));
    const busy = el("div", "", this.#busy);
    busy.setAttribute("role", "status");
    const filter = filterField(texts, (words) => {
      this.#words = words;
      this.#draw();
    });
    this.#tools = el("div", "tools", filter);
    const lead = el("p", "lead", texts.say("ops.raw.lead"));
    const start = el("div", "tools", this.#ask);
    const found = [this.#said, this.#notes, this.#tools, this.#nothing, this.#list];
    const content = [lead, start, busy, this.#asking.node, ...found];
    this.node = section("raw", texts.say("ops.raw"), [], ...content);
    for (const each of [this.#busy, this.#said, this.#notes, this.#tools, this.#nothing]) setHidden(each, true);
  }

  async #look() {
    this.#ask.disabled = true;
    setHidden(this.#busy, false);
    await this.#asking.ask();
    setHidden(this.#busy, true);
    this.#ask.disabled = false;
  }

  #take(answer) {
    const { texts, times } = this.#parts;
    this.#answer = answer;
    const { start, end } = answer.window;
    const count = texts.say("ops.raw.items", { n: answer.items.length });
    this.#said.replaceChildren(el("strong", "", count), ` · ${times.range(Date.parse(start), Date.parse(end))}`);
    const unread = answer.unread.map(({ item_id: id, reason }) => {
      return el("li", "", el("bdi", "", beginning(`${reason}: ${id}`)));
    });
    const skipped = el("div", "note", el("strong", "", texts.say("ops.raw.unread")), el("ul", "", ...unread));
    const incomplete = el("p", "note", texts.say("ops.raw.incomplete"));
    this.#notes.replaceChildren(...(answer.complete ? [] : [incomplete]), ...(unread.length > 0 ? [skipped] : []));
    for (const each of [this.#said, this.#notes, this.#tools]) setHidden(each, false);
    this.#draw();
  }

  #draw() {
    if (!this.#answer) return;
    const fitting = this.#answer.items.filter((item) => holds(JSON.stringify(item), this.#words));
    setText(this.#nothing, this.#parts.texts.say("ops.nothing_fits"));
    setHidden(this.#nothing, fitting.length > 0 || this.#answer.items.length === 0);
    this.#list.replaceChildren(...fitting.slice(0, MOST).map((item) => rawItem(item, this.#parts)));
  }
}
