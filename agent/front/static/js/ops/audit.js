/* The audit log: whether it is as it was written, and its entries, the newest first. */

import { el, setData, setHidden, setText } from "../render/dom.js";
import { Asking } from "./asking.js";
import { filterField, holds } from "./filter.js";
import { icon } from "./icons.js";
import { columnHead } from "./lane_tables.js";
import { longText } from "./long_text.js";
import { ROOT } from "./paths.js";
import { section } from "./section.js";

export class AuditView {
  #parts;
  #asking;
  #answer = null;
  #words = [];
  #verdict = el("div", "verdict");
  #counted = el("span", "counted");
  #rows = el("tbody");
  #table;
  #nothing = el("p", "lead");
  node;

  constructor(parts) {
    const { texts } = parts;
    this.#parts = parts;
    this.#asking = new Asking(parts, `${ROOT}/audit`, (answer) => this.#take(answer));
    const head = ["when", "who", "what", "details"].map((name) => columnHead(texts.say(`ops.column.${name}`)));
    this.#table = el("table", "entries", el("thead", "", el("tr", "", columnHead("#"), ...head)), this.#rows);
    const filter = filterField(texts, (words) => {
      this.#words = words;
      this.#draw();
    });
    this.#verdict.setAttribute("role", "status");
    const tools = el("div", "tools", filter, this.#counted);
    const content = [this.#asking.node, this.#verdict, tools, this.#table, this.#nothing];
    this.node = section("audit", texts.say("ops.audit"), [], ...content);
    for (const each of [this.#verdict, this.#table, this.#nothing]) setHidden(each, true);
  }

  shown() {
    void this.#asking.ask();
  }

  #take(answer) {
    const { texts } = this.#parts;
    this.#answer = answer;
    const problem = answer.intact || !answer.problem ? [] : [el("p", "", ...longText(texts, answer.problem))];
    const said = el("strong", "", texts.say(answer.intact ? "ops.audit.intact" : "ops.audit.broken"));
    this.#verdict.replaceChildren(icon(answer.intact ? "pass" : "fail"), el("div", "", said, ...problem));
    setData(this.#verdict, "status", answer.intact ? "pass" : "fail");
    setHidden(this.#verdict, false);
    this.#draw();
  }

  #draw() {
    if (!this.#answer) return;
    const { texts } = this.#parts;
    const all = this.#answer.entries;
    const fitting = all.filter((entry) => holds(JSON.stringify(entry), this.#words)).reverse();
    setText(this.#counted, texts.say("ops.audit.entries", { n: fitting.length }));
    setText(this.#nothing, texts.say(all.length === 0 ? "ops.audit.empty" : "ops.nothing_fits"));
    setHidden(this.#nothing, fitting.length > 0);
    setHidden(this.#table, fitting.length === 0);
    this.#rows.replaceChildren(...fitting.map((entry) => this.#row(entry)));
  }

  #row({ n, at, who, act, facts }) {
    const { texts, times } = this.#parts;
    const words = texts.has(`ops.act.${act}`) ? [el("span", "", texts.say(`ops.act.${act}`)), el("br")] : [];
    const details = Object.entries(facts).map(([name, value]) => `${name}=${value}`).join(", ");
    return el(
      "tr",
      "",
      el("td", "number", String(n)),
      el("td", "", times.node(at)),
      el("td", "", ...longText(texts, who)),
      el("td", "", ...words, ...longText(texts, act, "mono")),
      el("td", "wide", ...longText(texts, details)),
    );
  }
}
