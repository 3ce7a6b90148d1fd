/* A keyboard on the screen, for a panel without one: what ids, links and addresses are made of. */

import { button, el, setProperty, setText } from "./dom.js";

const ROWS = ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm./", "@:_?=&#+"];

/** The keys for a text field, as an element. Capitals last for one letter. */
export function keyboardFor(field, texts) {
  const letters = [];
  let capital = false;
  const shift = key("key wide", () => setCapital(!capital), "⇧", "typed.shift");
  const rows = ROWS.map((row) => el("div", "keys-row", ...[...row].map(character)));
  rows[3].prepend(shift);
  rows[4].append(
    key("key wide", () => type(" "), "␣", "typed.space"),
    key("key wide", () => remove(), "⌫", "typed.delete"),
  );
  const node = el("div", "keys", ...rows);
  node.dir = "ltr";
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", texts.say("typed.keys"));
  return node;

  function character(sign) {
    const node = button("key", () => type(capital ? sign.toUpperCase() : sign), sign);
    if (/[a-z]/.test(sign)) letters.push([node, sign]);
    return node;
  }

  function key(className, onPress, sign, name) {
    const node = button(className, onPress, sign);
    node.setAttribute("aria-label", texts.say(name));
    return node;
  }

  function setCapital(wanted) {
    capital = wanted;
    setProperty(shift, "ariaPressed", String(capital));
    for (const [node, sign] of letters) setText(node, capital ? sign.toUpperCase() : sign);
  }

  function type(text) {
    replace(text, field.selectionStart, field.selectionEnd);
    if (capital) setCapital(false);
  }

  function remove() {
    const { selectionStart: start, selectionEnd: end } = field;
    replace("", start === end ? Math.max(0, start - 1) : start, end);
  }

  function replace(text, start, end) {
    if (field.value.length - (end - start) + text.length > field.maxLength) return;
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input"));
  }
}
