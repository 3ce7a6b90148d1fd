// Who answers meeting requests, and what waits in the room's inbox.

import { act } from "./actions.js";
import { element, find } from "./dom.js";
import { keptList } from "./list.js";
import { say, sayCount } from "./texts.js";
import { span } from "./time.js";

const MODES = {
  all: { processing: "auto", allow_conflicts: true },
  auto: { processing: "auto", allow_conflicts: false },
  none: { processing: "none", allow_conflicts: false },
};

let zone = "UTC";
const drawRows = keptList("inbox-list", "inbox", row);

export const modeOf = ({ processing, allow_conflicts: conflicts }) => (processing !== "auto" ? "none" : conflicts ? "all" : "auto");

export function wireInbox() {
  find("mode").addEventListener("change", (event) => act("mailbox", MODES[event.target.value], say(`mode.${event.target.value}.done`)));
}

export function drawInbox(state) {
  const mode = modeOf(state.mailbox);
  zone = state.timezone;
  find("mode").querySelector(`[value="${mode}"]`).checked = true;
  find("mode-hint").textContent = say(`mode.${mode}.hint`);
  find("inbox").hidden = mode !== "none" && state.waiting === 0;
  find("inbox-count").textContent = sayCount("inbox.count", state.waiting);
  find("inbox-count").hidden = state.waiting === 0;
  find("inbox-empty").hidden = state.waiting > 0;
  find("inbox-hint").hidden = state.waiting === 0;
  find("inbox-more").textContent = say("inbox.more", { n: state.waiting - state.inbox.length });
  find("inbox-more").hidden = state.waiting <= state.inbox.length;
  drawRows(state.inbox, zone);
}

function row(message) {
  const when = message.start ? span(message, zone) : "";
  return element(
    "li",
    { class: message.out_of_date ? "message outdated" : "message", "data-kind": message.kind },
    element("span", { class: "badge", "data-badge": message.kind }, say(`inbox.kind.${message.kind}`)),
    element(
      "div",
      { class: "what" },
      element("p", { class: "subject" }, element("bdi", {}, message.subject || say("meeting.no_subject"))),
      element("p", { class: "facts muted" }, element("bdi", {}, message.sender), when ? element("span", {}, when) : null, ...marks(message)),
    ),
    element("div", { class: "quick" }, ...buttons(message)),
  );
}

function marks(message) {
  const found = [message.series && "badge.series", message.out_of_date && "inbox.outdated"].filter(Boolean);
  return found.map((key) => element("span", { class: "badge" }, say(key)));
}

function buttons(message) {
  const isRequest = ["request", "update"].includes(message.kind) && !message.out_of_date;
  if (!isRequest) return [button(message, "remove", `inbox/${message.id}/remove`, {})];
  return ["accepted", "declined"].map((response) => button(message, response, `inbox/${message.id}/answer`, { response }));
}

function button(message, action, path, body) {
  const subject = message.subject || say("meeting.no_subject");
  const label = say(`inbox.${action}`);
  const click = () => act(path, body, say(`inbox.${action}.done`, { subject }));
  return element("button", { type: "button", class: "button", "data-action": action, "aria-label": `${label}: ${subject}`, click }, label);
}
