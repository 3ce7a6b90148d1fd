/* Text of any length and direction: its beginning at once, all of it when asked for. Marks of direction are left out:
   one that is not closed would reach beyond the element that holds it. */

import { button, el, setText } from "../render/dom.js";

export const LONGEST = 320;
export const LONGEST_CODE = 80;

/** The text as a `bdi`; what is longer is cut, with a button that shows the rest. */
export function longText(texts, text, className = "") {
  const words = undirected(String(text ?? ""));
  const shown = el("bdi", className, beginning(words));
  if (words.length <= LONGEST) return [shown];
  const more = button("link-button", toggle, texts.say("ops.show_all"));
  more.setAttribute("aria-expanded", "false");
  return [shown, " ", more];

  function toggle() {
    const open = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(open));
    setText(more, texts.say(open ? "ops.show_less" : "ops.show_all"));
    setText(shown, open ? words : beginning(words));
  }
}

/** Without embeddings, overrides and isolates (UAX 9). */
export function undirected(text) {
  return text.replace(/[\u202A-\u202E\u2066-\u2069]/g, "");
}

/** At most `LONGEST` characters, never half of one. */
export function beginning(text, longest = LONGEST) {
  const words = undirected(text);
  if (words.length <= longest) return words;
  return `${words.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "").trimEnd()}…`;
}
