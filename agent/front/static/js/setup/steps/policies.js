/* What the screen shows and allows, and the PIN that opens the settings later. */

import { el } from "../../render/dom.js";
import { CardsField, SelectField } from "../choices.js";
import { CheckField, NumberField, SecretField } from "../fields.js";
import { Form } from "../form.js";

const PIN = /^[0-9]{6,16}$/;

export function policiesStep({ parts, state }) {
  const { texts } = parts;
  const known = state.answers.policies;
  const kept = state.kept.includes("policies.pin");
  const form = new Form(texts, "policies");
  const add = (field, otherwise) => form.add(field, known, otherwise);
  const subject = add(new CardsField(texts, "show_subject", ["full", "organizer", "busy"]), "full");
  const joining = [
    add(new NumberField(texts, "join_lead_min", { max: 120 }), 10),
    add(new CheckField(texts, "private_join"), true),
    add(new SelectField(texts, "untrusted", ["confirm", "hide"]), "confirm"),
  ];
  const using = [
    add(new CheckField(texts, "allow_booking"), true),
    add(new CheckField(texts, "check_in"), false),
    add(new NumberField(texts, "release_after_min", { max: 120 }), 0),
    add(new CheckField(texts, "process_requests"), false),
  ];
  const pin = add(new SecretField(texts, "pin", { kept, numeric: true }));
  const again = new SecretField(texts, "pin_again", { kept, numeric: true });
  const group = (key, fields) => el("section", "panel", el("h2", "", texts.say(key)), ...fields.map(({ node }) => node));
  const nodes = [subject.node, group("setup.joining", joining), group("setup.using", using), group("setup.pin", [pin, again])];
  return { form, nodes, wrong };

  function wrong() {
    again.error("");
    if (pin.value === "" && again.value === "" && kept) return null;
    if (!PIN.test(pin.value)) return { field: "pin", title: texts.say("setup.pin_rules"), detail: "" };
    if (pin.value === again.value) return null;
    again.error(texts.say("setup.pin_differs"));
    return { field: "pin", title: texts.say("setup.pin_differs"), detail: "" };
  }
}
