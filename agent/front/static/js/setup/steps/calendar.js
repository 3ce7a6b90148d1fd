/* Where the room's calendar is. */

import { CardsField } from "../choices.js";
import { Form } from "../form.js";

export function calendarStep({ parts, state }) {
  const { texts } = parts;
  const form = new Form(texts, "calendar");
  const icons = { ews: "server", graph: "cloud", demo: "look" };
  const source = form.add(new CardsField(texts, "source", ["ews", "graph", "demo"], { look: "cards big-cards", icons }), state.answers.calendar);
  return { form, nodes: [source.node] };
}
