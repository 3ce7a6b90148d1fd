/* Elements of a picture. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/** An SVG element with these attributes and children. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
