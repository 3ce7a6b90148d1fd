/* What runs here. */

import { el, keyed, setData, setHidden } from "../render/dom.js";
import { longText } from "./long_text.js";
import { section } from "./section.js";

export class VersionsView {
  #texts;
  #list = el("dl", "versions-list");
  node;

  constructor({ texts }) {
    this.#texts = texts;
    this.node = section("versions", texts.say("ops.versions"), [], this.#list);
  }

  update({ versions }) {
    setHidden(this.node, Object.keys(versions).length === 0);
    const made = () => el("div", "version");
    keyed(this.#list, Object.entries(versions), ([name]) => name, made, (node, [name, version]) => {
      if (node.dataset.version === String(version)) return;
      setData(node, "version", String(version));
      const [dt, dd] = [name, version].map((text) => longText(this.#texts, text));
      node.replaceChildren(el("dt", "", ...dt), el("dd", "", ...dd));
    });
  }
}
