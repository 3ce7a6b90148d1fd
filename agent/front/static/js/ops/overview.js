/* What to do first, what has happened, each part, how fresh it is, which versions, and the bundle for support. */

import { el } from "../render/dom.js";
import { BundleView } from "./bundle.js";
import { FreshnessView } from "./freshness.js";
import { PartsView } from "./parts.js";
import { TimelineView } from "./timeline.js";
import { TodoView } from "./todo.js";
import { VersionsView } from "./versions.js";

export class OverviewView {
  #sections;
  #timeline;
  node;

  constructor(parts) {
    this.#timeline = new TimelineView(parts);
    const [todo, checks, freshness] = [new TodoView(parts), new PartsView(parts), new FreshnessView(parts)];
    const versions = new VersionsView(parts);
    this.#sections = [todo, this.#timeline, checks, freshness, versions];
    const side = el("div", "side-column", freshness.node, versions.node, new BundleView(parts).node);
    this.node = el("div", "overview", todo.node, this.#timeline.node, el("div", "columns", checks.node, side));
  }

  update(state) {
    for (const section of this.#sections) section.update(state);
  }

  shown() {
    this.#timeline.shown();
  }

  hidden() {
    this.#timeline.hidden();
  }

  remove() {
    this.#timeline.hidden();
  }
}
