/* A page with nothing but a message, and what can be done about it. */

import { el } from "../render/dom.js";
import { brand } from "./brand.js";

/** @param more nodes below the text */
export function messageView({ texts }, title, detail, ...more) {
  return el("main", "lonely", brand(texts), el("section", "card", el("h1", "", title), el("p", "lead", detail), ...more));
}

/** Buttons in a row. */
export function buttons(...all) {
  return el("div", "buttons", ...all);
}

/** What went wrong, announced; an empty problem makes it go away. */
export class Alert {
  node = el("div", "alert");

  constructor() {
    this.node.setAttribute("role", "alert");
    this.show(null);
  }

  show(problem, texts) {
    this.node.hidden = !problem;
    if (!problem) return this.node.replaceChildren();
    const { title, detail, status } = problem;
    const alone = status !== undefined && detail; // the title of a refused request is HTTP's word for it
    const head = alone ? "" : title || texts.say("setup.failed", { code: problem.code });
    const parts = [head && el("strong", "", el("bdi", "", head)), detail && el("p", "", el("bdi", "", detail))];
    this.node.replaceChildren(...parts.filter(Boolean));
  }
}
