// Short messages at the bottom of the page.

import { element, find } from "./dom.js";

const STAYS_MS = 4000;

export function toast(text, kind = "done") {
  const message = element("p", { class: "toast", "data-kind": kind }, text);
  find("toasts").replaceChildren(message);
  setTimeout(() => message.remove(), STAYS_MS);
}
