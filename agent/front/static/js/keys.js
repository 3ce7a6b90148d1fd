/* A page on a wall: keys and remote controls work it, and nothing they or a pointer do leads away from it. */

import { Focus } from "./focus.js";

const TEXT = "textarea, input:not([type=button], [type=checkbox], [type=radio], [type=range], [type=submit])";
const CARET = ["ArrowLeft", "ArrowRight", "Backspace", "Delete", "End", "Home"];
const COMPOSED = ["Compose", "Dead", "Process", "Unidentified"];
const ACT = ["Enter", "Select", " "];
const BACK = ["Backspace", "BrowserBack", "Escape", "GoBack", "XF86Back"];
const NEVER = "auxclick contextmenu dragover dragstart drop gesturechange gestureend gesturestart";

/**
 * From now on the page sees to every key, and the browser to none.
 * @param root all there is to focus @param important selectors of what the first arrow goes to, best first
 */
export function guardKeys(root, important) {
  const focus = new Focus(root, important);
  cancel("keydown keypress keyup", (event) => !isTyping(event));
  cancel(NEVER, () => true);
  cancel("mousedown mouseup", (event) => event.button > 0); // 3 and 4 would go back and forth
  cancel("wheel", (event) => event.ctrlKey);
  addEventListener("keydown", (event) => event.defaultPrevented && !isModified(event) && press(focus, event), true);
  return focus;
}

function cancel(names, unwanted) {
  const see = (event) => unwanted(event) && event.preventDefault();
  for (const name of names.split(" ")) addEventListener(name, see, { capture: true, passive: false });
}

/** Do what the key is for; held down it moves on, but acts once. */
function press(focus, { key, repeat, shiftKey, target }) {
  if (key.startsWith("Arrow")) focus.move(key.slice(5));
  else if (key === "Tab") focus.tab(shiftKey ? -1 : 1);
  else if (key === "Home" || key === "End") focus.end(key === "Home" ? 0 : -1);
  else if (key.startsWith("Page")) focus.scroll(key === "PageUp" ? -0.85 : 0.85);
  else if (repeat) return;
  else if (BACK.includes(key)) focus.back();
  else if (ACT.includes(key) && isText(target)) target.form?.requestSubmit();
  else if (ACT.includes(key)) focus.act();
}

/** Whether the key is for the text field it is pressed in, or copies. */
function isTyping(event) {
  const { target, key } = event;
  const text = isText(target);
  if (event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
    return text ? "acvxz".includes(letterOf(event)) : letterOf(event) === "c" && !getSelection().isCollapsed;
  }
  if (!text || isModified(event)) return false;
  if (event.isComposing || COMPOSED.includes(key) || CARET.includes(key)) return true;
  return [...`${key}`].length === 1 || (key === "Enter" && target.matches("textarea"));
}

/** Ctrl, Alt or Meta, unless they make a character: AltGr is Ctrl and Alt on some systems. */
function isModified(event) {
  if (event.metaKey || event.ctrlKey !== event.altKey) return true;
  return event.ctrlKey && !event.getModifierState("AltGraph");
}

/** The key's Latin letter, by its place where the layout has none. */
function letterOf({ key, code }) {
  return (key <= "\u007f" ? key : code.slice(3)).toLowerCase();
}

function isText(node) {
  return node instanceof Element && node.matches(TEXT);
}
