/* Every check, grouped by the part it looks at; parts in trouble come first. */

import { el, keyed, setData, setHidden, setText } from "../render/dom.js";
import { icon } from "./icons.js";
import { LONGEST_CODE, beginning, longText } from "./long_text.js";
import { section } from "./section.js";
import { valueText } from "./values.js";

const WORSE = ["pass", "warn", "fail"];

export class PartsView {
  #parts;
  #list = el("div", "parts");
  #counted = el("span", "counted");
  node;

  constructor(parts) {
    this.#parts = parts;
    this.node = section("parts-section", parts.texts.say("ops.parts"), [this.#counted], this.#list);
  }

  update({ checks: all, versions }) {
    const { texts } = this.#parts;
    const checks = all.filter((check) => !isListed(check, versions));
    setHidden(this.node, checks.length === 0);
    setText(this.#counted, texts.say("ops.parts.counted", { n: checks.length }));
    keyed(this.#list, grouped(checks), ({ part }) => part, () => this.#made(), (node, group) => {
      setData(node, "status", group.status);
      const head = node.firstElementChild;
      const key = `ops.part.${group.part}`;
      setText(head.lastElementChild, texts.has(key) ? texts.say(key) : beginning(group.part, LONGEST_CODE));
      if (head.dataset.status !== group.status) head.firstElementChild.replaceChildren(icon(group.status));
      setData(head, "status", group.status);
      keyed(node.lastElementChild, group.checks, ({ key }) => key, () => el("li", "check-line"), (line, check) => {
        this.#fill(line, check);
      });
    });
  }

  #made() {
    return el("article", "part", el("h3", "part-head", el("span", "part-sign"), el("bdi")), el("ul", "check-lines"));
  }

  #fill(line, check) {
    const { texts, times } = this.#parts;
    const said = valueText(check, this.#parts);
    const content = JSON.stringify([check, said, times.zone]);
    if (line.dataset.content === content || line.querySelector("[aria-expanded=true]")) return;
    line.dataset.content = content;
    setData(line, "status", check.status);
    const word = el("span", "check-word", texts.say(`ops.check.${check.status}`));
    word.dataset.status = check.status;
    const code = el("code", "code-name", el("bdi", "", beginning(check.code, LONGEST_CODE)));
    const since = check.since ? times.node(check.since, (time) => texts.say("ops.since", { time })) : "";
    line.replaceChildren(
      el("span", "check-label", ...longText(texts, check.label)),
      el("span", "check-value", ...longText(texts, said)),
      word,
      el("span", "check-more", code, since),
      check.output ? el("p", "check-output", ...longText(texts, check.output)) : "",
    );
  }
}

/** `{part, status, checks}`: a group is as bad as its worst check; the worst first, else in the order they came. */
export function grouped(checks) {
  const groups = new Map();
  for (const check of checks) groups.set(check.part, [...(groups.get(check.part) ?? []), check]);
  return [...groups]
    .map(([part, all]) => ({ part, checks: all, status: WORSE[Math.max(...all.map(({ status }) => rank(status)))] }))
    .sort((a, b) => rank(b.status) - rank(a.status));
}

/** Whether a check only says what stands under the versions too. */
function isListed({ part, key, status }, versions) {
  return part === "versions" && status === "pass" && Object.hasOwn(versions, key.slice(key.indexOf(":") + 1));
}

function rank(status) {
  return Math.max(0, WORSE.indexOf(status));
}
