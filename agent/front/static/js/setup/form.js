/* The questions of a step together: their answers, what the core says is wrong with them, what was typed before. */

import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { SecretField } from "./fields.js";
import { Alert } from "./message.js";

export class Form {
  #step;
  #fields = [];
  #texts;
  alert = new Alert();

  constructor(texts, step) {
    this.#texts = texts;
    this.#step = step;
  }

  /** Add a question, with the answer it has: what was typed last, else what the core knows, else `otherwise`. */
  add(field, known, otherwise) {
    const draft = draftOf(this.#step);
    const value = field.name in draft ? draft[field.name] : (known?.[field.name] ?? otherwise);
    if (value !== undefined) field.value = value;
    this.#fields.push(field);
    field.node.addEventListener("input", () => this.#keep());
    field.node.addEventListener("change", () => this.#keep());
    return field;
  }

  /** The answers of what is asked now; a secret nobody typed is left out. */
  get values() {
    const asked = this.#fields.filter(isAsked);
    const given = asked.filter((field) => !(field instanceof SecretField && field.value === ""));
    return Object.fromEntries(given.map((field) => [field.name, field.value]));
  }

  /** Forget what is wrong. */
  clear() {
    this.alert.show(null);
    for (const field of this.#fields) field.error("");
  }

  /** Show what the core refuses: at its question each, the rest above them all; the first one gets the focus. */
  refuse(problem) {
    const errors = problem.errors ?? [];
    const asked = this.#fields.filter(isAsked);
    for (const field of asked) {
      const found = errors.filter((error) => error.field === field.name || error.field.startsWith(`${field.name}.`));
      field.error(found.map(sentence).join(" "));
    }
    const homeless = errors.filter(({ field: name }) => !asked.some((field) => name === field.name || name.startsWith(`${field.name}.`)));
    const shown = errors.length > homeless.length;
    if (homeless.length > 0) this.alert.show({ title: homeless.map(sentence).join(" ") }, this.#texts);
    else if (!shown) this.alert.show(problem, this.#texts);
    const first = asked.find((field) => errors.some((error) => error.field.startsWith(field.name)));
    if (first) first.focus();
    else this.alert.node.scrollIntoView({ block: "nearest" });
  }

  /** The core has it. */
  sent() {
    dropDraft(this.#step);
  }

  #keep() {
    const plain = this.#fields.filter((field) => !(field instanceof SecretField));
    keepDraft(this.#step, Object.fromEntries(plain.map((field) => [field.name, field.value])));
  }
}

function isAsked(field) {
  return field.node.closest("[hidden]") === null;
}

/** A sentence that says what is expected; the title where there is none. */
function sentence({ title, detail }) {
  return detail || title;
}
