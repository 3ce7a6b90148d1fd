/* Nothing is known yet, or nobody answers. */

import { el } from "../render/dom.js";
import { brand } from "./brand.js";

/** A page with one sentence; `key` tells it from another. */
export function waitingView({ texts }, key) {
  const card = el("section", "card", el("h1", "", texts.say(key)));
  if (key === "ops.unreachable.title") {
    const command = el("code", "command", "systemctl status room-agent");
    command.dir = "ltr";
    card.append(el("p", "lead", texts.say("ops.unreachable.detail")), command);
  }
  card.setAttribute("role", "status");
  return { key, node: el("main", "lonely", brand(texts), card) };
}
