/* Screens that were found, and the sockets where guests plug in: what is on each, what people call it. */

import { button, el, setData, setText } from "../../render/dom.js";
import { CardsField } from "../choices.js";
import { TextField } from "../fields.js";
import { Form } from "../form.js";
import { ROOT } from "../paths.js";

const LOOK_MS = 2_000;

export function screenStep({ parts, state, frame }) {
  const { texts, api, app } = parts;
  const known = state.answers.screen;
  const form = new Form(texts, "screen");
  const outputs = el("ul", "outputs");
  const inputs = form.add(new InputsField(parts, frame), known);
  const content = form.add(new CardsField(texts, "content", ["popup", "preview"]), known, "popup");
  const found = el("section", "panel", el("h2", "", texts.say("setup.outputs")), outputs);
  let timer = null;
  return { form, nodes: [found, inputs.node, content.node], shown, remove: () => clearInterval(timer) };

  function shown() {
    void look();
    timer = setInterval(() => void look(), LOOK_MS);
  }

  async function look() {
    await app.reaching(async () => {
      const display = await api.get(`${ROOT}/display`);
      const rows = display.outputs.map((output) => outputRow(texts, output));
      outputs.replaceChildren(...(rows.length > 0 ? rows : [el("li", "field-help", texts.say("setup.no_outputs"))]));
      inputs.found(display.inputs);
    }, (problem) => outputs.replaceChildren(el("li", "field-help", problem.title ?? problem.code)));
  }
}

function outputRow(texts, { name, connected, mode, screen }) {
  const what = el("bdi", "output-screen", screen || name);
  const how = el("bdi", "output-mode", [name, mode].filter(Boolean).join(" · "));
  const chip = el("span", "state-chip", texts.say(connected ? "setup.connected" : "setup.not_connected"));
  setData(chip, "state", connected ? "live" : "off");
  return el("li", "output", el("span", "output-words", what, how), chip);
}

/** The sockets, each with its label; those that are known and those that are found just now. */
class InputsField {
  #parts;
  #frame;
  #rows = new Map();
  #list = el("div", "inputs");
  #empty;
  name = "inputs";
  node;

  constructor(parts, frame) {
    this.#parts = parts;
    this.#frame = frame;
    this.#empty = el("p", "field-help", parts.texts.say("setup.no_inputs"));
    this.node = el("section", "panel", el("h2", "", parts.texts.say("setup.inputs")), this.#empty, this.#list);
  }

  get value() {
    return [...this.#rows.values()].map(({ input, label }) => ({ ...input, label: label.value }));
  }

  set value(inputs) {
    for (const input of inputs) this.#row(input).label.value = input.label;
  }

  found(inputs) {
    for (const { name, label, kind, state } of inputs) {
      const row = this.#rows.get(name) ?? this.#row({ name, label, kind, match: "" });
      setText(row.chip, this.#parts.texts.say(`setup.signal.${state}`));
      setData(row.chip, "state", state);
      row.show.disabled = state !== "live";
    }
  }

  focus() {
    this.#list.querySelector("input")?.focus();
  }

  error(text) {
    for (const { label } of this.#rows.values()) label.error(text);
  }

  #row(input) {
    const known = this.#rows.get(input.name);
    if (known) return known;
    const { texts, api } = this.#parts;
    const label = new TextField(texts, "label", { words: true });
    label.value = input.label;
    const chip = el("span", "state-chip", texts.say("setup.signal.unknown"));
    const send = () => api.post(`${ROOT}/show-input`, { input: input.name });
    const show = button("small-button", () => void this.#frame.working(send), texts.say("setup.show_input"));
    show.disabled = true;
    const head = el("div", "input-head", el("bdi", "input-name", input.name), chip, show);
    const row = { input: { name: input.name, label: "", kind: input.kind, match: input.match ?? "" }, label, chip, show };
    this.#rows.set(input.name, row);
    this.#list.append(el("div", "input-row", head, label.node));
    this.#empty.hidden = true;
    return row;
  }
}
