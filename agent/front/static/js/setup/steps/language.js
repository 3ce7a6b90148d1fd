/* Language and time zone of the room. */

import { nameOf } from "../../render/languages.js";
import { CardsField } from "../choices.js";
import { ComboField } from "../combobox.js";
import { Form } from "../form.js";

export function languageStep({ parts, state }) {
  const { texts, language, languages } = parts;
  const known = state.answers.language;
  const form = new Form(texts, "language");
  const sorted = [...languages].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const words = (tag) => [nameOf(tag), ""];
  const chosen = form.add(new CardsField(texts, "language", sorted, { words, look: "cards small-cards" }), known, language);
  const zones = Intl.supportedValuesOf("timeZone");
  const all = zones.includes("UTC") ? zones : [...zones, "UTC"];
  const zone = form.add(new ComboField(texts, "timezone", all, { hint: offsetOf, example: "America/Los_Angeles" }), known, zoneHere());
  return { form, nodes: [chosen.node, zone.node] };
}

function zoneHere() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** How far a zone is ahead of UTC now, such as "GMT+1". */
function offsetOf(zone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}
