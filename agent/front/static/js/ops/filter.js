/* A field that narrows a list down to what holds its words. */

import { el } from "../render/dom.js";

/** @param changed called with the words in lower case */
export function filterField(texts, changed) {
  const input = el("input", "input");
  Object.assign(input, { type: "search", maxLength: 100, dir: "auto" });
  input.addEventListener("input", () => changed(wordsOf(input.value)));
  return el("label", "tool-field", el("span", "", texts.say("ops.filter")), input);
}

/** The words of a text, in lower case. */
export function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether a text holds each of these words. */
export function holds(text, words) {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
