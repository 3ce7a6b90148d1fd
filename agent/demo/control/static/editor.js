// What can be done with one meeting, opened under its line.

import { act } from "./actions.js";
import { element } from "./dom.js";
import { subject } from "./meeting.js";
import { say } from "./texts.js";
import { wallClock } from "./time.js";

export function editor(meeting, zone, close) {
  const scope = scopeField(meeting);
  const perform = async (action, body, done) => {
    const path = `meetings/${meeting.id}/${action}`;
    if (await act(path, body, say(`done.${done}`, { subject: body.subject || subject(meeting) }))) close();
  };
  const scoped = (body = {}) => ({ ...body, scope: scope ? scope.querySelector("select").value : "occurrence" });
  return element(
    "div",
    { class: "editor", keydown: (event) => event.key === "Escape" && close() },
    renameForm(meeting, (text) => perform("rename", scoped({ subject: text }), "renamed")),
    meeting.all_day ? null : moveForm(meeting, zone, (at) => perform("move", scoped({ at }), "moved")),
    scope ?? seriesForm(meeting, (frequency) => perform("series", { frequency }, "series")),
    enders(meeting, (action, done) => perform(action, scoped(), done)),
  );
}

function pairForm(labelKey, input, buttonKey, submitted) {
  const submit = (event) => {
    event.preventDefault();
    submitted(input.value);
  };
  const label = element("label", { class: "field" }, element("span", {}, say(labelKey)), input);
  const pair = element("div", { class: "pair" }, label, element("button", { class: "button" }, say(buttonKey)));
  return element("form", { submit }, pair);
}

function renameForm(meeting, submitted) {
  const input = element("input", { name: "subject", maxlength: 255, value: meeting.subject, dir: "auto" });
  return pairForm("meeting.subject", input, "meeting.rename", submitted);
}

function moveForm(meeting, zone, submitted) {
  const value = wallClock(Date.parse(meeting.start), zone);
  const input = element("input", { name: "at", type: "time", step: 300, required: true, value });
  return pairForm("meeting.start", input, "meeting.move", submitted);
}

function scopeField(meeting) {
  if (meeting.series_id === null) return null;
  const options = ["occurrence", "series"].map((value) => element("option", { value }, say(`meeting.scope.${value}`)));
  const select = element("select", { name: "scope" }, ...options);
  return element("label", { class: "field" }, element("span", {}, say("meeting.scope")), select);
}

function seriesForm(meeting, submitted) {
  if (meeting.kind !== "single" || meeting.all_day || meeting.cancelled) return null;
  const options = ["weekly", "daily"].map((value) => element("option", { value }, say(`book.repeat.${value}`)));
  return pairForm("book.repeat", element("select", { name: "repeat" }, ...options), "meeting.series", submitted);
}

function enders(meeting, end) {
  const remove = { type: "button", class: "button", title: say("meeting.delete_hint"), click: () => end("delete", "deleted") };
  const cancel = { type: "button", class: "button danger", click: () => end("cancel", "cancelled") };
  return element(
    "div",
    { class: "enders" },
    element("button", remove, say("meeting.delete")),
    meeting.cancelled ? null : element("button", cancel, say("meeting.cancel")),
  );
}
