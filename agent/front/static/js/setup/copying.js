/* Text to take along: shown as it is, copied with a button, saved as a file. */

import { button, el, setText } from "../render/dom.js";

const TOLD_MS = 2_500;

/** A block of code with its buttons; `file`: name for saving it, or empty. */
export function codeBlock(texts, text, { file = "", label = "" } = {}) {
  const code = el("pre", "code", text);
  code.dir = "ltr";
  code.tabIndex = 0; // it may scroll
  code.setAttribute("role", "group");
  code.setAttribute("aria-label", label || texts.say("setup.commands"));
  const said = el("span", "said");
  said.setAttribute("role", "status");
  const copy = button("small-button", () => void take(), texts.say("setup.copy"));
  const save = file ? [saveLink(texts, text, file)] : [];
  return el("div", "code-box", code, el("div", "code-tools", copy, ...save, said));

  async function take() {
    setText(said, texts.say((await copied(text, code)) ? "setup.copied" : "setup.select_it"));
    setTimeout(() => setText(said, ""), TOLD_MS);
  }
}

/** A link that saves this text. */
export function saveLink(texts, text, file) {
  const link = el("a", "small-button", texts.say("setup.save"));
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = file;
  return link;
}

/** Whether it went to the clipboard; else the text is selected, for the person to copy it. */
async function copied(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(node);
    return false;
  }
}
