/* Joining what is not in the calendar: an id, a link or an address; what it is shows while one types. */

import { canStart } from "../links.js";
import { waysOf } from "../recognise.js";
import { button, el, keyed, setHidden, setOptional, setText } from "./dom.js";
import { keyboardFor } from "./keyboard.js";
import { joinMessage } from "./meeting.js";

const PAUSE_MS = 200;
const LONGEST = 2_000;

/** The sheet as an element. `close` leaves it. */
export function typedSheet({ texts, api, joining, close }) {
  const field = el("input", "typed-field");
  const hint = el("p", "details-note");
  const ways = el("div", "typed-ways");
  const clear = button("plain small", () => fill(""), texts.say("typed.clear"));
  let shown = ""; // the text that the offered ways are of
  let timer;
  let asked = 0;

  Object.assign(field, { type: "text", dir: "ltr", maxLength: LONGEST, autocomplete: "off", spellcheck: false });
  const label = texts.say("typed.label");
  Object.assign(field, { inputMode: "none", ariaLabel: label, placeholder: label });
  field.addEventListener("input", typed);
  ways.setAttribute("aria-live", "polite");
  hint.setAttribute("role", "status");
  const form = el("form", "typed-form", field, clear);
  form.addEventListener("submit", submitted);
  show("", []);
  const title = el("h2", "details-subject", texts.say("action.typed"));
  const actions = el("div", "sheet-actions", button("plain", close, texts.say("dialog.close")));
  const found = el("div", "typed-found", ways, hint);
  return el("div", "details typed", title, form, found, keyboardFor(field, texts), actions);

  function fill(text) {
    field.value = text;
    typed();
    field.focus();
  }

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), field.value.trim() ? PAUSE_MS : 0);
  }

  async function look() {
    const text = field.value.trim();
    const turn = ++asked;
    const answer = text ? await waysOf(text, api, texts) : { ways: [] };
    if (turn === asked) show(text, answer.ways, answer.trouble);
  }

  function show(text, found, trouble = null) {
    shown = text;
    const offered = found.map((join, index) => ({ join, index }));
    keyed(ways, offered, ({ join }) => `${join.provider} ${join.label}`, wayButton, update);
    setHidden(clear, text === "");
    const key = text === "" ? "typed.hint" : "typed.nothing";
    setOptional(hint, trouble ?? (offered.length > 0 ? null : texts.say(key)));
  }

  function wayButton() {
    const node = button("firm way", () => void start(node), el("b"), el("bdi"));
    return node;
  }

  function update(node, way) {
    node.way = way;
    node.disabled = !canStart(way.join);
    const { provider_name: name, label: place } = way.join;
    setText(node.children[0], node.disabled ? name : `${texts.say("join.button")} · ${name}`);
    setText(node.children[1], node.disabled ? texts.say("join.no_link_here") : (place ?? ""));
  }

  async function submitted(event) {
    event.preventDefault();
    await catchUp();
    const first = [...ways.children].find((node) => !node.disabled);
    if (first) void start(first);
  }

  /** Have the ways of what stands in the field now: those that are shown may be of what stood there before. */
  async function catchUp() {
    if (shown === field.value.trim()) return;
    clearTimeout(timer);
    await look();
  }

  async function start(node) {
    await catchUp();
    if (!node.isConnected || shown !== field.value.trim()) return; // it is offered no longer
    setOptional(hint, texts.say("join.joining"));
    const attempt = await joining.startTyped(shown, node.way.index, node.way.join);
    if (attempt === null) setOptional(hint, null);
    else if (attempt.step === "failed") setOptional(hint, joinMessage(attempt, texts));
    else close();
  }
}
