/* Everything forgotten: asked for with the PIN and a word that is typed. */

import { button, el } from "../render/dom.js";
import { SecretField, TextField } from "./fields.js";
import { Form } from "./form.js";
import { buttons, messageView } from "./message.js";
import { ROOT } from "./paths.js";

/** Ask in a dialog, then do it. */
export function resetSheet(parts) {
  const { texts, api, app } = parts;
  const word = texts.say("setup.reset_word");
  const form = new Form(texts, "reset");
  const pin = form.add(new SecretField(texts, "pin_entry", { numeric: true }));
  const typed = new TextField(texts, "reset_word", { words: true, example: word });
  const go = el("button", "danger", texts.say("setup.reset"));
  const cancel = button("quiet", () => dialog.close(), texts.say("dialog.cancel"));
  const lead = el("p", "lead", texts.say("setup.reset_detail"));
  const node = el("form", "step", el("h2", "", texts.say("setup.reset")), lead, form.alert.node, pin.node, typed.node, buttons(cancel, go));
  const dialog = el("dialog", "dialog", node);
  dialog.setAttribute("aria-label", texts.say("setup.reset"));
  dialog.addEventListener("close", () => dialog.remove());
  node.noValidate = true;
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (typed.value === word) void reset();
    else typed.error(texts.say("setup.reset_type", { word }));
  });
  document.body.append(dialog);
  dialog.showModal();
  pin.focus();

  async function reset() {
    go.disabled = true;
    const refused = (problem) => form.refuse({ errors: [{ ...problem, field: "pin_entry" }] });
    const done = await app.reaching(() => api.post(`${ROOT}/reset`, { pin: pin.value }), refused);
    go.disabled = false;
    if (!done) return;
    dialog.close();
    const home = button("primary", () => location.replace("/"), texts.say("setup.to_screen"));
    const more = parts.place === "screen" ? [home] : [];
    app.finish(messageView(parts, texts.say("setup.was_reset"), texts.say("setup.was_reset_detail"), ...more));
  }
}
