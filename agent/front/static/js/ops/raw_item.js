/* One item of the calendar: a line, and behind it both sides, made when it is opened. */

import { el } from "../render/dom.js";
import { longText } from "./long_text.js";
import { nameOf } from "./lanes.js";

/** An entry of the list. */
export function rawItem(item, parts) {
  const { texts, times } = parts;
  const { said, made } = item;
  const when = said.all_day ? said.all_day.join(" – ") : times.range(Date.parse(said.start), Date.parse(said.end));
  const [word, status] = outcome(made, texts);
  const chip = el("span", "chip", word);
  chip.dataset.status = status;
  const subject = el("bdi", "raw-subject", said.subject || texts.say("ops.raw.untitled"));
  const box = el("details", "raw-item", el("summary", "", el("span", "raw-when", when), subject, chip));
  box.addEventListener("toggle", () => box.open && box.children.length === 1 && box.append(body(item, parts)));
  return el("li", "", box);
}

function outcome(made, texts) {
  if (!made.listed) return [texts.say("ops.raw.hidden"), "info"];
  if (made.provider) return [nameOf(made.provider), "pass"];
  return [texts.say("ops.raw.no_join"), "warn"];
}

function body({ meeting_id: id, said, made, why }, { texts }) {
  const reason = made.no_join_reason && `no_join.${made.no_join_reason}`;
  const cause = reason && texts.has(reason) ? [el("p", "lead", texts.say(reason))] : [];
  return el(
    "div",
    "raw-body",
    el("div", "raw-side", el("h3", "", texts.say("ops.raw.said")), pairs(said, texts)),
    el(
      "div",
      "raw-side",
      el("h3", "", texts.say("ops.raw.made")),
      pairs({ meeting_id: id, ...made }, texts),
      el("h3", "", texts.say("ops.raw.why")),
      el("p", "", ...longText(texts, why)),
      ...cause,
    ),
  );
}

/** Names as `room-agent raw --json` writes them, with their values; what holds others has them below it. */
function pairs(values, texts) {
  const rows = Object.entries(values).map(([name, value]) => {
    const nested = value !== null && typeof value === "object" && !Array.isArray(value);
    const shown = nested ? [pairs(value, texts)] : longText(texts, plain(value), "mono");
    return el("div", "pair", el("dt", "", el("bdi", "", name)), el("dd", "", ...shown));
  });
  return rows.length > 0 ? el("dl", "pairs", ...rows) : el("span", "mono", "–");
}

function plain(value) {
  if (value === null || value === undefined || value === "") return "–";
  return Array.isArray(value) ? value.join(" – ") : String(value);
}
