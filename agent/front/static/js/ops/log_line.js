/* A line of the log: when, how severe, what, and its fields. */

import { el } from "../render/dom.js";
import { beginning } from "./long_text.js";
import { utc } from "./times.js";

/** A row for an `OpsLogEntry`. */
export function logLine({ at, level, event, fields }, times) {
  const time = el("time", "log-time", times.clock(at));
  Object.assign(time, { dateTime: at, title: utc(Date.parse(at)) });
  const known = Object.entries(fields).flatMap(([key, value]) => {
    return [" ", el("span", "log-field", el("span", "log-key", key), "=", el("bdi", "", beginning(String(value))))];
  });
  const head = [time, el("span", "log-level", level), el("bdi", "log-event", beginning(event))];
  const line = el("div", "log-line", ...head, ...known);
  line.dataset.level = level;
  return line;
}
