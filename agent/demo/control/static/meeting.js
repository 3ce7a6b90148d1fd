// One line of the day's list.

import { act } from "./actions.js";
import { element } from "./dom.js";
import { say } from "./texts.js";
import { clock } from "./time.js";

export function phase(meeting, now) {
  if (meeting.all_day || meeting.cancelled) return "later";
  if (Date.parse(meeting.end) <= now) return "over";
  return Date.parse(meeting.start) <= now ? "running" : "later";
}

export const subject = (meeting) => meeting.subject || say("meeting.no_subject");

export function row(meeting, zone, now, toggle, isOpen) {
  return element(
    "div",
    { class: "row" },
    element("div", { class: "when" }, element("strong", {}, times(meeting, zone)), hint(meeting, now)),
    element("div", { class: "what" }, element("p", { class: "subject" }, element("bdi", {}, subject(meeting))), facts(meeting, now)),
    element("div", { class: "quick" }, ...nudges(meeting), editButton(meeting, toggle, isOpen)),
  );
}

function times(meeting, zone) {
  if (meeting.all_day) return say("meeting.all_day");
  return `${clock(Date.parse(meeting.start), zone)} – ${clock(Date.parse(meeting.end), zone)}`;
}

function hint(meeting, now) {
  const minutes = Math.ceil((Date.parse(meeting.start) - now) / 60_000);
  const soon = phase(meeting, now) === "later" && !meeting.cancelled && !meeting.all_day && minutes <= 60;
  return soon ? element("span", { class: "muted" }, say("meeting.in_minutes", { n: minutes })) : null;
}

function facts(meeting, now) {
  const badges = [
    phase(meeting, now) === "running" && "running",
    meeting.cancelled && "cancelled",
    meeting.own && "own",
    meeting.private && "private",
    meeting.tentative && "tentative",
    meeting.kind === "exception" && "exception",
    meeting.kind === "occurrence" && "series",
    meeting.delivery !== "intact" && meeting.delivery,
  ].filter(Boolean);
  return element(
    "div",
    { class: "facts" },
    element("span", { class: "service muted" }, say(`service.${service(meeting)}`)),
    element("bdi", { class: "muted" }, meeting.organizer),
    ...badges.map((badge) => element("span", { class: "badge", "data-badge": badge }, say(badgeText(badge)))),
  );
}

const service = (meeting) => (meeting.delivery === "body-deleted" ? "unknown" : meeting.service);

const badgeText = (badge) => (badge === "running" ? "meeting.running" : `badge.${badge}`);

function nudges(meeting) {
  if (meeting.all_day || meeting.cancelled) return [];
  const nudge = (minutes, key) =>
    element(
      "button",
      {
        type: "button",
        class: "button",
        "data-action": key,
        "aria-label": `${say(`meeting.${key}`)}: ${subject(meeting)}`,
        click: () => act(`meetings/${meeting.id}/move`, { minutes }, say("done.moved", { subject: subject(meeting) })),
      },
      say(`meeting.${key}.short`),
    );
  return [nudge(-15, "earlier"), nudge(15, "later")];
}

function editButton(meeting, toggle, isOpen) {
  const label = say("meeting.edit", { subject: subject(meeting) });
  const attributes = { "aria-label": label, "aria-expanded": String(isOpen), "data-action": "edit", click: toggle };
  return element("button", { type: "button", class: "button icon edit", ...attributes }, isOpen ? "×" : "⋯");
}
