/* What stands beside a mark that is pointed at or focused; screen readers have the same from the mark itself. */

import { el, setHidden, setText } from "../render/dom.js";
import { beginning } from "./long_text.js";
import { utc } from "./times.js";

const LONGEST_LINE = 160;
const EDGE_PX = 8;

export class Tip {
  #when = el("strong", "tip-when");
  #what = el("span", "tip-what");
  #lines = el("span", "tip-lines");
  #utc = el("span", "tip-utc");
  node = el("div", "tip", this.#what, this.#when, this.#lines, this.#utc);

  constructor() {
    this.node.setAttribute("aria-hidden", "true");
    this.hide();
  }

  hide() {
    setHidden(this.node, true);
  }

  /** @param mark `left`, `right`, `when`, `lines`, `instant` @param picture in which those are pixels */
  show({ left, right, when, lines, instant }, picture, { title, about }) {
    setText(this.#what, beginning([title, about].filter(Boolean).join(": "), LONGEST_LINE));
    setText(this.#when, when);
    this.#lines.replaceChildren(...lines.map((line) => el("bdi", "", beginning(line, LONGEST_LINE))));
    setText(this.#utc, utc(instant));
    setHidden(this.node, false);
    const box = this.node.offsetParent.getBoundingClientRect();
    const at = picture.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const middle = at.left - box.left + (left + right) / 2;
    const x = Math.max(EDGE_PX, Math.min(box.width - width - EDGE_PX, middle - width / 2));
    const above = at.top - box.top - height - EDGE_PX;
    const y = at.top - height - EDGE_PX > 0 ? above : at.bottom - box.top + EDGE_PX;
    this.node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
