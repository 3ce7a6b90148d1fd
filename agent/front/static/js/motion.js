/* What has moved glides to its new place, so that eyes can follow; at once where people asked for less motion. */

const GLIDE = { duration: 420, easing: "cubic-bezier(0.2, 0, 0, 1)" };
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Make a change, and let the nodes that stand elsewhere afterwards glide there.
 * @param {() => Iterable<Element>} nodes
 */
export function glide(nodes, change) {
  if (reduced.matches) {
    change();
    return;
  }
  const before = new Map(Array.from(nodes(), (node) => [node, node.getBoundingClientRect()]));
  change();
  for (const node of nodes()) {
    const from = before.get(node);
    const to = node.getBoundingClientRect();
    if (!from?.height || !(isInView(from) || isInView(to))) continue;
    const distance = from.top - to.top;
    const way = [{ transform: `translateY(${distance}px)` }, { transform: "none" }];
    if (Math.abs(distance) > 1) node.animate(way, GLIDE);
  }
}

function isInView({ top, bottom }) {
  return bottom > 0 && top < innerHeight;
}
