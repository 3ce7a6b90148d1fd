/* An app registration in Entra, and how the box proves that it is the app. */

import { el, setHidden } from "../../render/dom.js";
import { Certificate } from "../certificate.js";
import { CardsField } from "../choices.js";
import { SecretField, TextField } from "../fields.js";

const ID = "11111111-2222-3333-4444-555555555555";

/** @param way the name of the question how it signs in @param ways its choices, the first one preset */
export function appFields({ parts, form, known, kept }, way, ways) {
  const { texts } = parts;
  const tenant = form.add(new TextField(texts, "tenant_id", { example: "contoso.onmicrosoft.example" }), known);
  const client = form.add(new TextField(texts, "client_id", { example: ID }), known);
  const words = (value) => [texts.say(`setup.choice.app.${value}`), texts.say(`setup.about.app.${value}`)];
  const method = form.add(new CardsField(texts, way, ways, { words, changed: draw }), known, ways[0]);
  const secret = form.add(new SecretField(texts, "client_secret", { kept: kept("client_secret") }));
  const expires = form.add(new TextField(texts, "client_secret_expires", { example: "2027-03-31", optional: true }), known);
  const bySecret = el("div", "group", secret.node, expires.node);
  const certificate = new Certificate(parts);
  draw();
  return { nodes: [tenant.node, client.node, method.node, bySecret, certificate.node], shown };

  function draw() {
    setHidden(bySecret, method.value !== "secret");
    setHidden(certificate.node, method.value !== "certificate");
    if (method.value === "certificate" && certificate.node.isConnected) void certificate.look();
  }

  function shown() {
    draw();
  }
}
