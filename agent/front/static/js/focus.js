/* Where keys take the focus, and where it goes when what has it vanishes. */

import { nextFrom } from "./spatial.js";

const ACTS = "button, a[href], input, select, textarea, summary";
const SETTLING_MS = 500;

export class Focus {
  #root;
  #important;
  #kept = new WeakMap(); // by what is in the page or sheet: the boxes around the focus, and it with what is near
  #movedAt = -Infinity;

  /** @param root all there is @param important selectors of what the first arrow goes to, best first */
  constructor(root, important) {
    this.#root = root;
    this.#important = important;
    const keep = () => this.#keep();
    new MutationObserver(keep).observe(root, { subtree: true, childList: true, attributes: true });
    root.addEventListener("focusin", keep);
    root.addEventListener("pointerdown", () => (this.#kept = new WeakMap()));
  }

  /** To the next thing in this direction; where there is none, on to what is not in view. */
  move(direction) {
    const from = this.#current();
    if (!from?.matches(ACTS)) return this.#begin();
    const list = boxesOf(from).find(scrolls);
    const group = groupOf(from);
    const others = this.#all().flatMap((node) => {
      const same = group !== null && groupOf(node) === group;
      const rect = same ? node.getBoundingClientRect() : visible(node);
      return rect && node !== from ? [{ node, same, rect }] : [];
    });
    const next = nextFrom(from.getBoundingClientRect(), others, direction);
    if (next !== null) go(others[next].node);
    else if (list) this.scroll({ Up: -0.25, Down: 0.25 }[direction] ?? 0);
  }

  /** Round and round in the page's order; a list that scrolls is a stop of its own. */
  tab(step) {
    const stops = this.#all(`${ACTS}, [tabindex="0"]`);
    const index = stops.indexOf(this.#current());
    go(stops.at(index < 0 ? Math.min(step, 0) : (index + step) % stops.length));
  }

  /** To the list's first thing (0) or last (-1). */
  end(index) {
    const list = this.#list();
    go(this.#all().filter((node) => list?.contains(node)).at(index));
  }

  /** Scroll by so many pages; the focus comes along. */
  scroll(pages) {
    const list = this.#list();
    const from = this.#current();
    list?.scrollBy({ top: pages * list.clientHeight, behavior: "instant" });
    if (from && !visible(from)) go(this.#all().find((node) => list?.contains(node) && visible(node)));
  }

  /** Press what has the focus, unless it has only just come there by itself. */
  act() {
    const node = this.#current();
    if (!node) this.#begin();
    else if (performance.now() - this.#movedAt > SETTLING_MS) node.click();
  }

  /** Leave the open sheet. */
  back() {
    if (this.#scope !== this.#root) this.#scope.close();
  }

  /** Nobody is here: no ring stays, and none comes back by itself. */
  leave() {
    this.#kept = new WeakMap();
    document.activeElement?.blur();
  }

  get #scope() {
    return [...this.#root.querySelectorAll("dialog[open]")].at(-1) ?? this.#root;
  }

  #all(selector = ACTS) {
    return [...this.#scope.querySelectorAll(selector)].filter(isAble);
  }

  #current() {
    const node = document.activeElement;
    return node !== this.#scope && this.#scope.contains(node) && isAble(node) ? node : null;
  }

  #begin() {
    const seen = this.#all().filter(visible);
    const best = this.#important.map((selector) => seen.find((node) => node.matches(selector)));
    go(best.find(Boolean) ?? seen[0]);
  }

  /** Remember what is near the focus; if it has gone, go to what follows in its row, else its list, else the page. */
  #keep() {
    const scope = this.#scope;
    const key = scope.firstElementChild;
    const kept = this.#kept.get(key);
    const node = this.#current();
    if (!node && !kept && scope === this.#root) return; // nobody works it by keys
    const all = this.#all();
    if (node) {
      const place = all.indexOf(node);
      const near = [node, ...all.slice(place + 1), ...all.slice(0, place).reverse()];
      this.#kept.set(key, { near, boxes: [node, ...boxesOf(node)] });
    } else if (kept) {
      this.#kept.delete(key);
      if (!all.includes(kept.near[0])) this.#movedAt = performance.now();
      const box = kept.boxes.find((around) => all.some((other) => around.contains(other)));
      const left = all.filter((other) => box?.contains(other));
      (kept.near.find((other) => left.includes(other)) ?? left[0])?.focus({ preventScroll: true });
    } else if (scope !== this.#root) go(all[0]);
  }

  /** The list around the focus, else the first there is. */
  #list() {
    return [...boxesOf(this.#current()), this.#scope, ...this.#scope.querySelectorAll("*")].find(scrolls);
  }
}

function go(node) {
  node?.focus({ preventScroll: true });
  node?.scrollIntoView({ block: "nearest" });
}

/** What belongs together for arrows: a list that scrolls, else a card; null: nothing. */
function groupOf(node) {
  return boxesOf(node).find(scrolls) ?? node.closest("article");
}

/** The elements around this one, the innermost first. */
function boxesOf(node) {
  const boxes = [];
  for (let box = node?.parentElement; box; box = box.parentElement) boxes.push(box);
  return boxes;
}

/** Its rectangle, less what the boxes around it cut off; null for nothing. */
function visible(node) {
  const clipping = boxesOf(node).filter((box) => getComputedStyle(box).overflow !== "visible");
  const rects = [node, ...clipping].map((box) => box.getBoundingClientRect());
  const [left, top] = ["left", "top"].map((side) => Math.max(...rects.map((rect) => rect[side])));
  const [right, bottom] = ["right", "bottom"].map((side) => Math.min(...rects.map((rect) => rect[side])));
  return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
}

/** Whether it can have the focus, in view or scrolled away. */
function isAble(node) {
  const able = node.tabIndex >= 0 && !node.matches(":disabled, [inert] *");
  return able && node.checkVisibility({ visibilityProperty: true }) && node.offsetWidth * node.offsetHeight > 0;
}

function scrolls(box) {
  return /auto|scroll/.test(getComputedStyle(box).overflowY);
}
