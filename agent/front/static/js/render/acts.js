/* What can be done with a meeting besides joining it, as buttons in the core's order. */

import { button, keyed, setText } from "./dom.js";

const WORDS = {
  "check-in": "control.here",
  extend: "control.extend",
  end: "control.end",
  cancel: "control.cancel",
};

/** The names of a meeting's actions that this page has buttons for. `asked`: the screen asks about it elsewhere. */
export function actsOf({ actions }, asked = false) {
  return (actions ?? []).filter((name) => name in WORDS && !(asked && name === "check-in"));
}

/** Make the buttons in this element those. @param {(name: string) => void} act does what a button says */
export function showActs(node, names, act, texts) {
  const create = (name) => button("act", () => act(name));
  keyed(node, names, (name) => name, create, (each, name) => setText(each, texts.say(WORDS[name])));
}
