/* What the Exchange administrator has to run: one script, to copy or to save. */

import { button, el } from "../render/dom.js";
import { codeBlock } from "./copying.js";
import { Alert } from "./message.js";
import { ROOT } from "./paths.js";

/** A button that opens the script for this box's answers in a dialog. */
export function commandsButton({ texts, api, app }, kind) {
  const dialog = el("dialog", "dialog");
  const open = button("quiet", () => void show(), texts.say("setup.ask_admin"));
  return el("div", "ask-admin", open, dialog);

  async function show() {
    const alert = new Alert();
    const place = el("div", "", el("p", "lead", texts.say("setup.checking")));
    const close = button("primary", () => dialog.close(), texts.say("dialog.close"));
    const title = el("h2", "", texts.say("setup.ask_admin"));
    const lead = el("p", "lead", texts.say("setup.ask_admin_detail"));
    dialog.replaceChildren(title, lead, alert.node, place, el("div", "buttons", close));
    dialog.setAttribute("aria-label", texts.say("setup.ask_admin"));
    dialog.showModal();
    const got = async () => {
      const { script } = await api.get(`${ROOT}/commands?kind=${kind()}`);
      place.replaceChildren(codeBlock(texts, script, { file: `room-agent-${kind()}.ps1` }));
    };
    await app.reaching(got, (problem) => {
      place.replaceChildren();
      alert.show(problem, texts);
    });
  }
}
