/* One of several: as cards with what each means, or as a list that opens. */

import { el, setHidden, setText } from "../render/dom.js";
import { Field } from "./fields.js";

let groups = 0;

/** Radio buttons that look like cards. `values` are the choices; their words are `setup.choice.NAME.VALUE`. */
export class CardsField {
  #inputs;
  #error = el("p", "field-error", el("bdi"));
  name;
  node;

  /** @param options `words(value)`: its own words; `look`: a class; `icons`: by value; `changed(value)` */
  constructor(texts, name, values, { words = null, look = "cards", icons = {}, changed = () => {} } = {}) {
    groups += 1;
    this.name = name;
    const say = words ?? ((value) => [texts.say(`setup.choice.${name}.${value}`), optional(texts, `setup.about.${name}.${value}`)]);
    this.#inputs = values.map((value) => {
      const input = el("input");
      Object.assign(input, { type: "radio", name: `${name}-${groups}`, value });
      input.addEventListener("change", () => {
        this.error("");
        changed(this.value);
      });
      return input;
    });
    const cards = this.#inputs.map((input) => cardOf(input, say(input.value), icons[input.value]));
    setHidden(this.#error, true);
    this.#error.id = `${name}-${groups}-error`;
    const legend = el("legend", "field-label", texts.say(`setup.field.${name}`));
    this.node = el("fieldset", "field", legend, el("div", look, ...cards), this.#error);
  }

  get value() {
    return this.#inputs.find((input) => input.checked)?.value ?? "";
  }

  set value(value) {
    for (const input of this.#inputs) input.checked = input.value === value;
  }

  focus() {
    (this.#inputs.find((input) => input.checked) ?? this.#inputs[0])?.focus();
  }

  error(text) {
    setText(this.#error.firstElementChild, text);
    setHidden(this.#error, text === "");
    for (const input of this.#inputs) {
      if (text) input.setAttribute("aria-describedby", this.#error.id);
      else input.removeAttribute("aria-describedby");
    }
  }
}

function cardOf(input, [title, about], icon) {
  const words = el("span", "card-words", el("span", "card-title", title));
  if (about) words.append(el("span", "card-about", about));
  const parts = icon ? [el("span", `glyph glyph-${icon}`), words] : [words];
  return el("label", "choice-card", input, ...parts);
}

function optional(texts, key) {
  return texts.has(key) ? texts.say(key) : "";
}

/** A list that opens, with the words of `setup.choice.NAME.VALUE`. */
export class SelectField extends Field {
  constructor(texts, name, values, options = {}) {
    const select = el("select", "input");
    for (const value of values) {
      const option = el("option", "", texts.say(`setup.choice.${name}.${value}`));
      option.value = value;
      select.append(option);
    }
    super(texts, name, select, options);
  }
}
