/* Questions: label, what it means, an example, what is wrong. Each has `name`, `value`, `node`, `error(text)`. */

import { button, el, setHidden, setText } from "../render/dom.js";

let made = 0;

/** What all of them share; `control` is what has the focus. */
export class Field {
  texts;
  name;
  control;
  #error;
  node;

  /** @param options `example`: text that could stand there; `optional`; `changed`: called when a person changes it */
  constructor(texts, name, control, { example = "", optional = false, around = control, changed = () => {} } = {}) {
    made += 1;
    this.texts = texts;
    this.name = name;
    this.control = control;
    control.id = `${name}-${made}`;
    const label = el("label", "field-label", texts.say(`setup.field.${name}`));
    label.htmlFor = control.id;
    if (optional) label.append(" ", el("span", "optional", texts.say("setup.optional")));
    const help = el("div", "field-help");
    help.id = `${control.id}-help`;
    if (texts.has(`setup.help.${name}`)) help.append(el("p", "", texts.say(`setup.help.${name}`)));
    if (example) help.append(exampleOf(texts, example));
    this.#error = el("p", "field-error", el("bdi"));
    this.#error.id = `${control.id}-error`;
    setHidden(this.#error, true);
    control.setAttribute("aria-describedby", `${this.#error.id} ${help.id}`);
    control.addEventListener("input", () => {
      this.error("");
      changed(this.value);
    });
    this.node = el("div", "field", label, around, this.#error, help);
  }

  get value() {
    return this.control.value.trim();
  }

  set value(value) {
    this.control.value = value ?? "";
  }

  focus() {
    this.control.focus();
  }

  clear() {
    this.control.value = "";
  }

  /** What is wrong with it; "" for nothing. */
  error(text) {
    setText(this.#error.firstElementChild, text);
    setHidden(this.#error, text === "");
    if (text === "") this.control.removeAttribute("aria-invalid");
    else this.control.setAttribute("aria-invalid", "true");
  }
}

/** "Example: …", the example in its own direction. */
function exampleOf(texts, example) {
  const [before, after] = texts.say("setup.example", { text: "\u0000" }).split("\u0000");
  const text = el("bdi", "example", example);
  text.dir = "ltr";
  return el("p", "", before, text, after ?? "");
}

/** A line of text; addresses, hosts and names of accounts run from left to right in every language. */
export class TextField extends Field {
  constructor(texts, name, options = {}) {
    const input = el("input", "input");
    input.type = "text";
    input.dir = options.words ? "auto" : "ltr";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.setAttribute("autocapitalize", "off");
    if (options.keyboard) input.inputMode = options.keyboard;
    super(texts, name, input, options);
  }
}

/** Several in one line, by commas or blanks. */
export class ListField extends TextField {
  get value() {
    return super.value.split(/[\s,;]+/).filter(Boolean);
  }

  set value(value) {
    super.value = (value ?? []).join(", ");
  }
}

export class NumberField extends Field {
  constructor(texts, name, { max, ...options }) {
    const input = el("input", "input number");
    input.type = "number";
    input.min = "0";
    input.max = String(max);
    input.inputMode = "numeric";
    super(texts, name, input, options);
  }

  get value() {
    return this.control.value === "" ? null : Number(this.control.value);
  }

  set value(value) {
    super.value = value;
  }
}

/** A secret: hidden unless one asks while typing; empty leaves the one there is. */
export class SecretField extends Field {
  constructor(texts, name, { kept = false, numeric = false, ...options } = {}) {
    const input = el("input", "input");
    input.type = "password";
    input.dir = "ltr";
    input.autocomplete = name === "pin_entry" ? "off" : "new-password";
    input.spellcheck = false;
    if (numeric) input.inputMode = "numeric";
    if (kept) input.placeholder = texts.say("setup.kept");
    const toggle = button("reveal", reveal, texts.say("details.show"));
    super(texts, name, input, { ...options, around: el("div", "secret-box", input, toggle) });
    toggle.setAttribute("aria-controls", input.id);

    function reveal() {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      setText(toggle, texts.say(hidden ? "details.hide" : "details.show"));
    }
  }

  get value() {
    return this.control.value;
  }

  set value(_) {
    // a secret that is known is shown to nobody
  }
}

/** Six digits off the room's screen. */
export class CodeField extends TextField {
  constructor(texts, name) {
    super(texts, name, { keyboard: "numeric" });
    this.control.classList.add("code-input");
    this.control.autocomplete = "one-time-code";
    this.control.maxLength = 9;
  }

  get value() {
    return this.control.value.replace(/\D/g, "");
  }
}

/** Yes or no. */
export class CheckField {
  #input = el("input");
  name;
  node;

  constructor(texts, name, { changed = () => {} } = {}) {
    this.name = name;
    this.#input.type = "checkbox";
    this.#input.addEventListener("change", () => changed(this.value));
    const words = el("span", "check-text", el("span", "check-label", texts.say(`setup.field.${name}`)));
    if (texts.has(`setup.help.${name}`)) words.append(el("span", "check-help", texts.say(`setup.help.${name}`)));
    this.node = el("label", "check", this.#input, words);
  }

  get value() {
    return this.#input.checked;
  }

  set value(value) {
    this.#input.checked = value === true;
  }

  focus() {
    this.#input.focus();
  }

  error(text) {
    this.#input.setCustomValidity(text);
  }
}
