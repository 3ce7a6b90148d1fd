/* Joining what is not in the calendar: an id, a link or an address, typed or pasted; what it is shows while one types. */

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
  let offered = [];
  let timer;
  let asked = 0;

  Object.assign(field, { type: "text", dir: "ltr", maxLength: LONGEST, autocomplete: "off", spellcheck: false });
  Object.assign(field, { inputMode: "none", ariaLabel: texts.say("typed.label"), placeholder: texts.say("typed.label") });
  field.addEventListener("input", typed);
  ways.setAttribute("aria-live", "polite");
  hint.setAttribute("role", "status");
  const form = el("form", "typed-form", field, clear);
  form.addEventListener("submit", submitted);
  show("", []);
  const title = el("h2", "details-subject", texts.say("action.typed"));
  const actions = el("div", "sheet-actions", button("plain", close, texts.say("dialog.close")));
  return el("div", "details typed", title, form, el("div", "typed-found", ways, hint), keyboardFor(field, texts), actions);

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
    if (turn === asked) show(text, answer.ways ?? [], answer.trouble);
  }

  function show(text, found, trouble = null) {
    offered = found.map((join, index) => ({ join, index, text }));
    keyed(ways, offered, ({ join }) => `${join.provider} ${join.label}`, wayButton, update);
    setHidden(clear, text === "");
    const key = text === "" ? "typed.hint" : "typed.nothing";
    setOptional(hint, trouble ?? (offered.length > 0 ? null : texts.say(key)));
  }

  function wayButton() {
    const name = el("b", "", "");
    const label = el("bdi", "", "");
    const node = button("firm way", () => void start(node), name, label);
    return node;
  }

  function update(node, way) {
    node.way = way;
    node.disabled = !canStart(way.join);
    setText(node.children[0], node.disabled ? way.join.provider_name : `${texts.say("join.button")} · ${way.join.provider_name}`);
    setText(node.children[1], node.disabled ? texts.say("join.no_link_here") : (way.join.label ?? ""));
  }

  async function submitted(event) {
    event.preventDefault();
    if (await isStale()) return;
    const first = [...ways.children].find((node) => !node.disabled);
    if (first) void start(first);
  }

  /** What is offered may be of what stood there before: then it is looked up anew, and the person chooses again. */
  async function isStale() {
    const text = field.value.trim();
    if (offered.length > 0 && offered[0].text === text) return false;
    clearTimeout(timer);
    await look();
    return offered.length === 0 || offered[0].text !== field.value.trim();
  }

  async function start(node) {
    if (node.way.text !== field.value.trim()) {
      await isStale();
      return;
    }
    const { text, index, join } = node.way;
    setOptional(hint, texts.say("join.joining"));
    const attempt = await joining.startTyped(text, index, join);
    if (attempt === null) setOptional(hint, null);
    else if (attempt.step === "failed") setOptional(hint, joinMessage(attempt, texts));
    else close();
  }
}
