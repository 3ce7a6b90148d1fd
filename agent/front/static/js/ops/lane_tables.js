/* The lanes as tables, for whoever reads instead of looking. */

import { el } from "../render/dom.js";
import { whenOf } from "./lanes.js";
import { beginning } from "./long_text.js";

/** A table for each lane that has marks. */
export function laneTables(lanes, parts) {
  const { texts } = parts;
  return lanes.map(({ title, about, marks }) => {
    const caption = el("caption", "", about ? el("bdi", "", beginning(`${title}: ${about}`)) : title);
    if (marks.length === 0) {
      return el("table", "plain", caption, el("tbody", "", el("tr", "", el("td", "", texts.say("ops.none")))));
    }
    const head = el("tr", "", ...["when", "details"].map((name) => columnHead(texts.say(`ops.column.${name}`))));
    const rows = marks.map((mark) => {
      const lines = mark.lines.flatMap((line, n) => [n > 0 ? " · " : "", el("bdi", "", beginning(line))]);
      return el("tr", "", el("td", "", whenOf(mark, parts)), el("td", "", ...lines));
    });
    return el("table", "plain", caption, el("thead", "", head), el("tbody", "", ...rows));
  });
}

/** A column's name. */
export function columnHead(text) {
  const node = el("th", "", text);
  node.scope = "col";
  return node;
}
