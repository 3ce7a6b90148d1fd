/* The product's mark, and which of its pages this is. */

import { el } from "../render/dom.js";

const NAME = "room-agent";

export function brand(texts) {
  const mark = el("img", "brand-mark");
  mark.src = "/static/icon.svg";
  mark.alt = "";
  return el("div", "brand", mark, el("span", "brand-name", NAME), el("span", "brand-what", texts.say("ops.page")));
}
