// The day's list. Lines are kept while they say the same, so focus and an open editor survive every update.

import { element, find } from "./dom.js";
import { editor } from "./editor.js";
import { place } from "./list.js";
import { phase, row } from "./meeting.js";
import { drawStrip } from "./strip.js";
import { say, sayCount } from "./texts.js";
import { clock, dayTitle } from "./time.js";

const lines = new Map();
let openId = null;
let shownView = "";
let shown = null;

export function drawDay(state, now) {
  shown = { state, now };
  const count = state.meetings.filter((meeting) => !meeting.cancelled).length;
  find("day-title").textContent = dayTitle(state.day);
  find("day-count").textContent = `${sayCount("day.count", count)} · ${state.room.name} · ${state.timezone}`;
  find("day-today").disabled = state.day === state.today;
  for (const id of ["day-previous", "day-next"]) find(id).disabled = false; // until here there was no day to step from
  find("empty").hidden = state.meetings.length > 0;
  drawStrip(state, now);
  drawList(state, now);
}

function drawList(state, now) {
  const view = `${state.room.address} ${state.day}`;
  const isNewView = view !== shownView;
  shownView = view;
  const nodes = state.meetings.map((meeting) => line(meeting, state, now, isNewView));
  if (state.day === state.today) nodes.splice(firstAhead(state, now), 0, nowLine(state, now));
  const kept = new Set(state.meetings.map((meeting) => meeting.id));
  for (const id of [...lines.keys()].filter((key) => !kept.has(key))) lines.delete(id);
  place(find("meetings"), nodes, "day");
}

function firstAhead(state, now) {
  const index = state.meetings.findIndex((meeting) => !meeting.all_day && Date.parse(meeting.start) > now);
  return index < 0 ? state.meetings.length : index;
}

let marker = null;

function nowLine(state, now) {
  marker ??= element("li", { class: "now-line" }, element("span", {}));
  marker.firstChild.textContent = say("day.now", { time: clock(now, state.timezone) });
  return marker;
}

function line(meeting, state, now, isNewView) {
  const known = lines.get(meeting.id);
  const signature = JSON.stringify([meeting, phase(meeting, now), Math.floor(now / 60_000), openId === meeting.id]);
  if (known?.signature === signature) return known.node;
  const node = known?.node ?? element("li");
  const isChange = known ? known.meeting.version !== meeting.version : !isNewView;
  fill(node, meeting, state, now, known?.meeting);
  if (isChange) flash(node);
  lines.set(meeting.id, { node, signature, meeting });
  return node;
}

function fill(node, meeting, state, now, before) {
  const isOpen = openId === meeting.id;
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.action : null;
  const toggle = () => setOpen(isOpen ? null : meeting.id);
  const head = row(meeting, state.timezone, now, toggle, isOpen);
  const isSame = before !== undefined && before.version === meeting.version;
  const opened = isOpen && isSame ? node.querySelector(".editor") : null;
  node.className = meeting.cancelled ? "meeting cancelled" : "meeting";
  node.dataset.phase = phase(meeting, now);
  node.dataset.service = meeting.service;
  node.dataset.id = meeting.id;
  if (opened) node.firstChild.replaceWith(head);
  else node.replaceChildren(head, ...(isOpen ? [editor(meeting, state.timezone, () => setOpen(null))] : []));
  if (focused) node.querySelector(`[data-action="${focused}"]`)?.focus();
}

function setOpen(id) {
  const closed = openId;
  openId = id;
  drawList(shown.state, shown.now);
  const line = lines.get(id ?? closed)?.node;
  line?.querySelector(id ? ".editor input" : ".edit")?.focus();
}

function flash(node) {
  node.classList.remove("changed");
  requestAnimationFrame(() => node.classList.add("changed"));
}
