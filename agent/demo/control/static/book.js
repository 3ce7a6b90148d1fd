// The booking form.

import { act } from "./actions.js";
import { view } from "./api.js";
import { find } from "./dom.js";
import { say } from "./texts.js";

const REPETITIONS = 8;

export function wireBooking(mode) {
  const form = find("book");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = booking(new FormData(form));
    const wasBooked = await act("meetings", body, say(mode() === "all" ? "book.done" : "book.sent", { subject: body.subject }));
    if (wasBooked) form.elements.subject.value = "";
  });
  const { at, start } = form.elements;
  at.addEventListener("input", () => {
    start.value = "at";
  });
  form.addEventListener("change", () => {
    at.required = start.value === "at";
  });
}

function booking(values) {
  const repeat = values.get("repeat");
  return {
    subject: values.get("subject").trim() || say("book.default_subject"),
    service: values.get("service"),
    delivery: values.get("delivery"),
    organizer: values.get("organizer"),
    minutes: Number(values.get("minutes")),
    private: values.has("private"),
    repeat: repeat === "none" ? null : { frequency: repeat, count: REPETITIONS },
    ...start(values),
  };
}

function start(values) {
  if (values.get("start") !== "at") return { in_minutes: Number(values.get("start")) };
  return { at: values.get("at"), ...(view.day ? { day: view.day } : {}) };
}
