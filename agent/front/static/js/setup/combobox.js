/* A text one searches in a long list: the list opens below while one types (ARIA's combobox pattern). */

import { el, setHidden, setProperty, setText } from "../render/dom.js";
import { TextField } from "./fields.js";

const SHOWN = 60;

export class ComboField extends TextField {
  #list = el("ul", "options");
  #all;
  #active = -1;

  /** @param all what there is to choose from; `hint(value)` words beside it */
  constructor(texts, name, all, { hint = () => "", ...options } = {}) {
    super(texts, name, options);
    this.#all = all.map((value) => ({ value, key: simple(value), hint }));
    const { control } = this;
    this.#list.id = `${control.id}-options`;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", texts.say(`setup.field.${name}`));
    control.setAttribute("role", "combobox");
    control.setAttribute("aria-autocomplete", "list");
    control.setAttribute("aria-controls", this.#list.id);
    const box = el("div", "combo");
    control.replaceWith(box);
    box.append(control, this.#list);
    control.addEventListener("input", () => this.#open());
    control.addEventListener("click", () => this.#open(true));
    control.addEventListener("blur", () => this.#close());
    control.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(option);
    });
    this.#close();
  }

  #open(everything = false) {
    const asked = everything ? "" : simple(this.control.value);
    const found = this.#all.filter(({ key }) => key.includes(asked)).slice(0, everything ? this.#all.length : SHOWN);
    this.#active = -1;
    this.#list.replaceChildren(...found.map((item, index) => this.#option(item, index)));
    setHidden(this.#list, found.length === 0);
    this.control.setAttribute("aria-expanded", String(found.length > 0));
    this.control.removeAttribute("aria-activedescendant");
    const present = found.findIndex(({ value }) => value === this.value);
    if (everything && present >= 0) this.#move(present);
  }

  #option({ value, hint }, index) {
    const words = el("bdi", "", value);
    const option = el("li", "option", words, el("span", "option-hint", hint(value)));
    Object.assign(option, { id: `${this.#list.id}-${index}`, role: "option" });
    option.dataset.value = value;
    option.setAttribute("aria-selected", "false");
    return option;
  }

  #close() {
    setHidden(this.#list, true);
    this.control.setAttribute("aria-expanded", "false");
    this.control.removeAttribute("aria-activedescendant");
    this.#active = -1;
  }

  #key(event) {
    const closed = this.#list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (closed) this.#open(true);
      else this.#move(this.#active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !closed && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#list.children[this.#active]);
    } else if (event.key === "Escape" && !closed) {
      event.preventDefault();
      this.#close();
    }
  }

  #move(to) {
    const options = [...this.#list.children];
    if (options.length === 0) return;
    this.#active = (to + options.length) % options.length;
    for (const [index, option] of options.entries()) option.setAttribute("aria-selected", String(index === this.#active));
    const active = options[this.#active];
    active.scrollIntoView({ block: "nearest" });
    this.control.setAttribute("aria-activedescendant", active.id);
  }

  #choose(option) {
    setProperty(this.control, "value", option.dataset.value);
    this.control.dispatchEvent(new Event("input"));
    this.#close();
  }
}

/** Letters and digits alone, small: "new york" finds America/New_York. */
function simple(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
