/* The preflight of the account, and of the room where it is known by now. */

import { button, el, setHidden } from "../../render/dom.js";
import { ChecksView } from "../checks.js";
import { commandsButton } from "../commands.js";
import { CheckField, TextField } from "../fields.js";
import { Form } from "../form.js";
import { ROOT } from "../paths.js";

export function preflightStep({ parts, state, frame }) {
  const { texts, api } = parts;
  const source = state.answers.calendar?.source ?? "ews";
  const form = new Form(texts, "preflight");
  if (source === "demo") return { form, nodes: [el("p", "note", texts.say("setup.demo_needs_nothing"))] };
  const scope = state.answers.account?.mailbox ? "room" : "account";
  const checks = new ChecksView(parts);
  const write = new CheckField(texts, "write");
  const other = new TextField(texts, "other_mailbox", { example: "ceo@contoso.example", optional: true, keyboard: "email" });
  const more = el("details", "more", el("summary", "", texts.say("setup.more_checks")), write.node, other.node);
  setHidden(more, scope !== "room");
  const again = button("secondary", () => void frame.working(run), texts.say("setup.again"));
  const ask = commandsButton(parts, () => (source === "graph" ? "graph" : "exchange"));
  frame.allow(state.checked === "passed");
  return { form, nodes: [checks.node, el("div", "tools", again, ask), more], shown };

  function shown() {
    const running = state.checked === "running";
    if (["passed", "failed"].includes(state.checked)) checks.show(state.checks);
    else void frame.working(running ? follow : run);
  }

  async function run() {
    frame.allow(false);
    const payload = { scope, write: write.value, other_mailbox: other.value };
    await judged(await checks.run(payload));
  }

  async function follow() {
    await judged(await checks.follow());
  }

  /** The core says whether one may go on. */
  async function judged(ok) {
    if (ok !== null) frame.allow((await api.get(ROOT)).checked === "passed");
  }
}
