// Lists whose lines are kept while they say the same, so that focus survives every update.

import { find } from "./dom.js";

// puts the nodes in this order and moves only those that stand elsewhere: moving a node would take its focus
export function place(list, nodes, refuge) {
  const wanted = new Set(nodes);
  for (const node of [...list.children].filter((child) => !wanted.has(child))) {
    if (node.contains(document.activeElement)) find(refuge).focus({ preventScroll: true });
    node.remove();
  }
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

// a function that draws rows into the list; `make` gives a row's node, `refuge` names what takes the focus of one that goes
export function keptList(id, refuge, make) {
  const lines = new Map();
  return (rows, shared = "") => {
    const nodes = rows.map((row) => {
      const signature = JSON.stringify([row, shared]);
      const known = lines.get(row.id);
      if (known?.signature === signature) return known.node;
      const action = known?.node.contains(document.activeElement) ? document.activeElement.dataset.action : null;
      const node = make(row);
      if (action) known.node.replaceWith(node);
      if (action) (node.querySelector(`[data-action="${action}"]`) ?? find(refuge)).focus({ preventScroll: true });
      lines.set(row.id, { node, signature });
      return node;
    });
    const kept = new Set(rows.map((row) => row.id));
    for (const key of [...lines.keys()].filter((each) => !kept.has(each))) lines.delete(key);
    place(find(id), nodes, refuge);
  };
}
