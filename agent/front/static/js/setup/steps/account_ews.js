/* Exchange on servers of one's own: its address and a service account, or an app registration. */

import { el, setHidden } from "../../render/dom.js";
import { CardsField } from "../choices.js";
import { SecretField, TextField } from "../fields.js";
import { appFields } from "./app_registration.js";

const AUTHORITY = "https://login.microsoftonline.com";
const SCOPE = "https://outlook.office365.com/.default";

export function ewsAccount({ parts, form, known, kept }) {
  const { texts } = parts;
  const endpoint = form.add(new TextField(texts, "endpoint", { example: "https://mail.contoso.example/EWS/Exchange.asmx", keyboard: "url" }), known);
  const auth = form.add(new CardsField(texts, "auth", ["ntlm", "basic", "oauth"], { changed: draw }), known, "ntlm");
  const username = form.add(new TextField(texts, "username", { example: "mailboxservice@contoso.example" }), known);
  const password = form.add(new SecretField(texts, "password", { kept: kept("password") }));
  const service = el("div", "group", username.node, password.node);
  const app = appFields({ parts, form, known, kept }, "method", ["secret", "certificate"]);
  const authority = form.add(new TextField(texts, "authority", { keyboard: "url" }), known, AUTHORITY);
  const scope = form.add(new TextField(texts, "scope", { keyboard: "url" }), known, SCOPE);
  const oauth = el("div", "group", ...app.nodes, authority.node, scope.node);
  draw();
  return { nodes: [endpoint.node, auth.node, service, oauth], shown: app.shown };

  function draw() {
    setHidden(service, auth.value === "oauth");
    setHidden(oauth, auth.value !== "oauth");
  }
}
