/* The way to the calendar: a proxy where there is one; checked as soon as the page is there. */

import { button, el } from "../../render/dom.js";
import { ChecksView } from "../checks.js";
import { ListField, SecretField, TextField } from "../fields.js";
import { Form } from "../form.js";

export function networkStep({ parts, state, frame }) {
  const { texts } = parts;
  const known = state.answers.network;
  const form = new Form(texts, "network");
  const proxy = form.add(new TextField(texts, "proxy", { example: "http://proxy.contoso.example:3128", optional: true }), known);
  const account = form.add(new TextField(texts, "proxy_username", { example: "svc-proxy", optional: true }), known);
  const kept = state.kept.includes("network.proxy_password");
  const password = form.add(new SecretField(texts, "proxy_password", { kept, optional: true }));
  const direct = form.add(new ListField(texts, "no_proxy", { example: ".corp.example, 10.0.0.0/8", optional: true }), known);
  const box = el("details", "more", el("summary", "", texts.say("setup.proxy")), proxy.node, account.node, password.node, direct.node);
  box.open = proxy.value !== "";
  const checks = new ChecksView(parts);
  const again = button("small-button", () => void frame.working(check), texts.say("setup.check_network"));
  let checked = null;
  return { form, nodes: [box, el("section", "checks-part", el("div", "tools", again), checks.node)], shown, after };

  /** Without a proxy there is nothing to wait for. */
  function shown() {
    if (proxy.value === "" && !kept) void frame.working(check);
  }

  async function check() {
    const values = JSON.stringify(form.values);
    await checks.run({ scope: "network", write: false, other_mailbox: "" });
    checked = values;
  }

  /** What was checked as it is now leads on; else it is checked, and the technician sees it. */
  async function after() {
    if (!frame.linear || checked === JSON.stringify(form.values)) return true;
    await check();
    frame.allow(true, texts.say("setup.continue"));
    return false;
  }
}
