/* The account with which the box reads the room's calendar. */

import { el } from "../../render/dom.js";
import { commandsButton } from "../commands.js";
import { Form } from "../form.js";
import { SignIn } from "../sign_in.js";
import { AuthorityField } from "./authority.js";
import { ewsAccount } from "./account_ews.js";
import { graphAccount } from "./account_graph.js";
import { mailboxField } from "./mailbox.js";

export function accountStep({ parts, state, frame }) {
  const { texts } = parts;
  const source = state.answers.calendar?.source ?? "ews";
  const known = state.answers.account;
  const form = new Form(texts, "account");
  if (source === "demo") return { form, nodes: [el("p", "note", texts.say("setup.demo_needs_nothing"))] };
  const context = { parts, form, known, kept: (name) => state.kept.includes(`account.${name}`) };
  const mailbox = form.add(mailboxField(texts, { optional: true }), known);
  const way = source === "graph" ? graphAccount(context) : ewsAccount(context);
  const ca = form.add(new AuthorityField(texts), known);
  const ask = commandsButton(parts, () => (source === "graph" ? "graph" : "exchange"));
  const signIn = new SignIn(parts, () => frame.allow(true, texts.say("setup.continue")));
  let offered = false;
  return { form, nodes: [mailbox.node, ...way.nodes, ca.node, signIn.node, ask], shown: way.shown, remove: () => signIn.stop(), after };

  /** Signing in with a code comes once the core knows for which app; who wants to do it later goes on. */
  async function after() {
    if (form.values.auth !== "device_code" || offered) return true;
    offered = true;
    await signIn.begin();
    frame.allow(true, texts.say("setup.next"));
    return false;
  }
}
