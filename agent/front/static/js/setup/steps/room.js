/* Which room this is: from Exchange's lists, by a search, typed, or out of a file; then checked. */

import { el } from "../../render/dom.js";
import { ChecksView } from "../checks.js";
import { commandsButton } from "../commands.js";
import { TextField } from "../fields.js";
import { Form } from "../form.js";
import { ROOT } from "../paths.js";
import { RoomFinder } from "../rooms.js";
import { mailboxField } from "./mailbox.js";

export function roomStep({ parts, state, frame }) {
  const { texts, api } = parts;
  const source = state.answers.calendar?.source ?? "ews";
  const form = new Form(texts, "room");
  const checks = new ChecksView(parts);
  const known = state.answers.room ?? { mailbox: state.answers.account?.mailbox };
  const mailbox = form.add(mailboxField(texts, { changed: fresh }), known);
  const name = form.add(new TextField(texts, "name", { optional: true, words: true, example: "San Jose" }), known);
  const finder = new RoomFinder(parts, (room) => {
    mailbox.value = room.address;
    name.value = room.name;
    mailbox.control.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const ask = commandsButton(parts, () => (source === "graph" ? "graph" : "exchange"));
  const chosen = el("div", "chosen", mailbox.node, name.node);
  fresh();
  return { form, nodes: [finder.node, chosen, checks.node, ask], shown: () => void finder.load(), after };

  function fresh() {
    frame.allow(true, texts.say(frame.linear ? "setup.check_room" : "setup.apply"));
    checks.show([]);
  }

  /** The core leads on once this room has passed; until then it is checked here. */
  async function after(now) {
    if (!frame.linear || now.step !== "room") return true;
    await checks.run({ scope: "room", write: false, other_mailbox: "" });
    checks.node.scrollIntoView({ block: "nearest" });
    const passed = (await api.get(ROOT)).checked === "passed";
    frame.allow(true, texts.say(passed ? "setup.continue" : "setup.check_room"));
    return false;
  }
}
