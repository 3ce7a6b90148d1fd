/* Elements made and changed without markup: text is only ever text. Setting what is already there touches nothing. */

/** An element with a class and children, strings among them as text. */
export function el(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** A button that does something and never submits. */
export function button(className, onPress, ...children) {
  const node = el("button", className, ...children);
  node.type = "button";
  node.addEventListener("click", onPress);
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Text, or out of sight when there is none. */
export function setOptional(node, text) {
  setText(node, text ?? "");
  setHidden(node, !text);
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

export function setData(node, name, value) {
  if (node.dataset[name] !== value) node.dataset[name] = value;
}

export function setProperty(node, name, value) {
  if (node[name] !== value) node[name] = value;
}

/**
 * Make a parent's children match a list, one child for each key. What stays in order is not moved: it keeps its focus.
 * @param {(item) => Node} create makes a child for an item @param {(node, item) => void} update
 */
export function keyed(parent, items, keyOf, create, update) {
  const wanted = new Map(items.map((item) => [keyOf(item), item]));
  const known = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) known.set(child.dataset.key, child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const [key, item] of wanted) {
    const node = known.get(key) ?? create(item);
    setData(node, "key", key);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    update(node, item);
  }
}
