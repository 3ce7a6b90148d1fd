/* Everything that was answered, to read once more; no secret among it. */

import { button, el } from "../../render/dom.js";
import { nameOf } from "../../render/languages.js";
import { Form } from "../form.js";
import { ROOT } from "../paths.js";
import { NOT_FOR_DEMO } from "./skipped.js";

const SECRETS = { network: ["proxy_password"], account: ["password", "client_secret"], policies: ["pin"] };
const BIG = ["ca"];

export function summaryStep({ parts, state, frame }) {
  const { texts, api, app } = parts;
  const demo = state.answers.calendar?.source === "demo";
  const ids = state.steps.map(({ id }) => id).filter((id) => !["preflight", "summary"].includes(id) && !(demo && NOT_FOR_DEMO.includes(id)));
  return { form: new Form(texts, "summary"), nodes: ids.map(section) };

  function section(id) {
    const change = button("small-button", () => void go(id), texts.say("setup.change"));
    change.setAttribute("aria-label", `${texts.say("setup.change")}: ${texts.say(`setup.step.${id}`)}`);
    const list = el("dl", "facts", ...factsOf(parts, state, id));
    return el("section", "panel summary", el("header", "summary-head", el("h2", "", texts.say(`setup.step.${id}`)), change), list);
  }

  async function go(step) {
    await frame.working(async () => app.show(await api.post(`${ROOT}/back`, { step })));
  }
}

function factsOf({ texts }, state, id) {
  const answers = Object.entries(state.answers[id] ?? {});
  const facts = answers.filter(([, value]) => isGiven(value)).map(([name, value]) => fact(texts, name, words(texts, name, value)));
  const kept = (SECRETS[id] ?? []).filter((name) => state.kept.includes(`${id}.${name}`));
  const all = [...facts, ...kept.map((name) => fact(texts, name, texts.say("setup.saved")))].flat();
  return all.length > 0 ? all : fact(texts, SHORT[id][0], "–");
}

function fact(texts, name, value) {
  const dd = el("dd", "", ...(Array.isArray(value) ? value : [value]).map((text) => el("bdi", "", text)));
  return [el("dt", "", texts.say(`setup.field.${name}`)), dd];
}

function isGiven(value) {
  return value !== "" && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** An answer as people say it. */
function words(texts, name, value) {
  if (name === "language") return nameOf(value);
  if (typeof value === "boolean") return texts.say(value ? "setup.yes" : "setup.no");
  if (name === "inputs") return value.map((input) => input.label || input.name);
  if (BIG.includes(name)) return texts.say("setup.saved");
  if (Array.isArray(value)) return value.join(", ");
  const choice = [`setup.choice.${name}.${value}`, `setup.choice.app.${value}`].find((key) => texts.has(key));
  return choice ? texts.say(choice) : String(value);
}

const SHORT = {
  language: ["language", "timezone"],
  network: ["proxy"],
  calendar: ["source"],
  account: ["username", "client_id"],
  room: ["name", "mailbox"],
  screen: ["inputs"],
  policies: ["show_subject"],
};

/** A step's answers in a line, for the menu. */
export function shortAnswer({ texts }, state, id) {
  const answers = state.answers[id] ?? {};
  const found = SHORT[id].filter((name) => isGiven(answers[name] ?? ""));
  return found.map((name) => [words(texts, name, answers[name])].flat().join(", ")).join(" · ");
}
