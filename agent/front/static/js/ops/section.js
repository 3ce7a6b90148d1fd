/* A part of the page. */

import { el } from "../render/dom.js";

/** With its heading, which can be jumped to; `beside`: what stands in the same line. */
export function section(className, title, beside, ...content) {
  const heading = el("h2", "", title);
  heading.tabIndex = -1;
  return el("section", `section ${className}`, el("div", "section-head", heading, ...beside), ...content);
}
