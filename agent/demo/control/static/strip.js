// The day at a glance: one block for each timed meeting between the first and the last hour that matter.

import { find, shape } from "./dom.js";
import { clock, minutesInto } from "./time.js";

const EARLIEST = 7 * 60;
const LATEST = 20 * 60;
const TOP = 4;
const HEIGHT = 40;
const LABELS = 60;

export function drawStrip(state, now) {
  const strip = find("strip");
  const width = strip.clientWidth;
  const meetings = state.meetings.filter((meeting) => !meeting.all_day).map((meeting) => spanned(meeting, state));
  const isToday = state.day === state.today;
  const current = minutesInto(state.day, now, state.timezone);
  const marks = isToday ? [current] : [];
  const first = Math.max(0, Math.floor(Math.min(EARLIEST, ...marks, ...meetings.map((m) => m.from)) / 60) * 60);
  const last = Math.min(1440, Math.ceil(Math.max(LATEST, ...marks, ...meetings.map((m) => m.to)) / 60) * 60);
  const place = (minute) => ((Math.min(Math.max(minute, first), last) - first) / (last - first)) * width;

  strip.setAttribute("viewBox", `0 0 ${width} 64`);
  strip.replaceChildren(
    shape("rect", { class: "track", x: 0, y: TOP, width, height: HEIGHT, rx: 8 }),
    ...hours(first, last, width).flatMap((minute) => hour(place(minute), minute)),
    ...meetings.map((meeting) => block(meeting, place, isToday && meeting.to <= current)),
    ...(isToday ? nowMark(place(current)) : []),
  );
}

function spanned(meeting, state) {
  const from = minutesInto(state.day, Date.parse(meeting.start), state.timezone);
  const to = minutesInto(state.day, Date.parse(meeting.end), state.timezone);
  return { ...meeting, from, to };
}

function hours(first, last, width) {
  const step = width / ((last - first) / 60) < 46 ? 120 : 60;
  const found = [];
  for (let minute = first; minute <= last; minute += step) found.push(minute);
  return found;
}

function hour(x, minute) {
  const label = clock(Date.UTC(2000, 0, 1, 0, minute), "UTC").replace(":00", "");
  return [
    shape("line", { class: "hour", x1: x, x2: x, y1: TOP, y2: TOP + HEIGHT }),
    shape("text", { x, y: LABELS, "text-anchor": "middle" }, label),
  ];
}

function block(meeting, place, over) {
  const x = place(meeting.from) + 1;
  const width = Math.max(3, place(meeting.to) - x - 1);
  const classes = ["block", over && "over", meeting.cancelled && "cancelled"].filter(Boolean).join(" ");
  const size = { x, y: TOP + 6, width, height: HEIGHT - 12, rx: 5 };
  return shape("rect", { class: classes, "data-service": meeting.service, ...size });
}

function nowMark(x) {
  return [
    shape("line", { class: "now", x1: x, x2: x, y1: TOP - 2, y2: TOP + HEIGHT + 2 }),
    shape("circle", { class: "now-dot", cx: x, cy: TOP - 2, r: 4 }),
  ];
}
