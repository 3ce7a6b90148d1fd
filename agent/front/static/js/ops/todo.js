/* What is wrong, the worst first, and what to do about it. */

import { el, keyed, setData, setHidden } from "../render/dom.js";
import { icon } from "./icons.js";
import { LONGEST_CODE, beginning, longText } from "./long_text.js";
import { section } from "./section.js";

const SEVERITIES = ["error", "warning", "info"];

export class TodoView {
  #parts;
  #list = el("ol", "todos");
  node;

  constructor(parts) {
    this.#parts = parts;
    this.node = section("todo", parts.texts.say("ops.todo"), [], this.#list);
  }

  update({ todo }) {
    setHidden(this.node, todo.length === 0);
    const numbered = todo.map((each, n) => ({ ...each, key: `${each.code} ${n}` }));
    keyed(this.#list, numbered, ({ key }) => key, () => el("li", "todo-item"), (node, each) => this.#fill(node, each));
  }

  /** Made once for each content: a text that a person has opened stays open. */
  #fill(node, item) {
    const { texts, times } = this.#parts;
    const severity = SEVERITIES.includes(item.severity) ? item.severity : "info";
    const content = JSON.stringify([item, times.zone, item.since && times.age(item.since)]);
    if (node.dataset.content === content) return;
    const opened = node.querySelector("[aria-expanded=true]") !== null;
    if (opened && node.dataset.code === item.code) return;
    node.dataset.content = content;
    setData(node, "code", item.code);
    setData(node, "severity", severity);
    const said = (time) => `${texts.say("ops.since", { time })} · ${times.age(item.since)}`;
    const since = item.since ? times.node(item.since, said) : "";
    const who = item.who === "nobody" ? "ops.who.nobody" : `setup.who.${item.who}`;
    const code = el("code", "code-name", el("bdi", "", beginning(item.code, LONGEST_CODE)));
    const cure = el("p", "cure", el("strong", "", texts.say("setup.cure")), " ", ...longText(texts, item.cure));
    const marks = el("p", "todo-marks", texts.has(who) ? el("span", "chip", texts.say(who)) : "", since, code);
    const word = el("span", "severity", texts.say(`ops.severity.${severity}`));
    node.replaceChildren(
      el("span", "todo-sign", icon(severity)),
      el(
        "div",
        "todo-text",
        el("h3", "todo-title", word, " ", ...longText(texts, item.title)),
        item.detail ? el("p", "todo-detail", ...longText(texts, item.detail)) : "",
        item.cure ? cure : "",
        marks,
      ),
    );
  }
}
