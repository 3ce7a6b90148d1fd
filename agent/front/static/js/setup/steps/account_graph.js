/* Microsoft 365: the cloud and an app registration. */

import { el, setHidden } from "../../render/dom.js";
import { SelectField } from "../choices.js";
import { TextField } from "../fields.js";
import { appFields } from "./app_registration.js";

const CLOUDS = ["global", "us_gov", "us_dod", "china", "other"];

export function graphAccount({ parts, form, known, kept }) {
  const { texts } = parts;
  const cloud = form.add(new SelectField(texts, "cloud", CLOUDS, { changed: draw }), known, "global");
  const endpoint = form.add(new TextField(texts, "endpoint", { example: "https://graph.contoso.example", keyboard: "url" }), known);
  const authority = form.add(new TextField(texts, "authority", { example: "https://login.contoso.example", keyboard: "url" }), known);
  const other = el("div", "group", endpoint.node, authority.node);
  const app = appFields({ parts, form, known, kept }, "auth", ["secret", "certificate", "device_code"]);
  draw();
  return { nodes: [cloud.node, other, ...app.nodes], shown: app.shown };

  function draw() {
    setHidden(other, cloud.value !== "other");
  }
}
