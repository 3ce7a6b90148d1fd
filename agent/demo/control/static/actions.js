// Does what a button says, tells the outcome and has the state read again.

import { Problem, send } from "./api.js";
import { element, find } from "./dom.js";
import { say } from "./texts.js";

const SHOWN_MS = 3200;
const PROBLEM_SHOWN_MS = 7000;

let afterwards = () => {};

export function onDone(listener) {
  afterwards = listener;
}

export async function act(path, body, message = "") {
  try {
    await send(path, body);
    if (message) toast(message);
    return true;
  } catch (error) {
    const sentence = error instanceof Problem ? `${error.title}. ${error.message}` : say("banner.lost.title");
    toast(sentence, "problem");
    return false;
  } finally {
    afterwards();
  }
}

export function toast(text, kind = "done") {
  const node = element("div", { class: "toast", "data-kind": kind, dir: "auto" }, text);
  find("toasts").append(node);
  setTimeout(() => node.remove(), kind === "done" ? SHOWN_MS : PROBLEM_SHOWN_MS);
}
