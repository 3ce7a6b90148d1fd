// Instants in the room's time, and the server's clock.

const language = document.documentElement.lang;
const formats = new Map();
let ahead = 0;

export function setServerTime(instant) {
  ahead = Date.parse(instant) - Date.now();
}

export const now = () => Date.now() + ahead;

function format(zone, name, options) {
  const key = `${zone} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...options }));
  return formats.get(key);
}

export const clock = (instant, zone) => format(zone, "clock", { timeStyle: "short" }).format(instant);

export const clockWithSeconds = (instant, zone) =>
  format(zone, "seconds", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(instant);

// "14:05", the value of a time input
export const wallClock = (instant, zone) =>
  format(zone, "wall", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(instant);

// "2026-11-23", the room's date of an instant
export function date(instant, zone) {
  const parts = format(zone, "date", { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(instant);
  const value = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${value.year}-${value.month}-${value.day}`;
}

// minutes from the room's midnight of `day`; before and after it they go on
export function minutesInto(day, instant, zone) {
  const [hours, minutes] = wallClock(instant, zone).split(":").map(Number);
  return daysBetween(day, date(instant, zone)) * 1440 + hours * 60 + minutes;
}

// "Mon 9:00 AM – 10:00 AM", of a list that goes beyond one day
export function span({ start, end, all_day: allDay }, zone) {
  const day = format(zone, "weekday", { weekday: "short" }).format(Date.parse(start));
  return allDay ? day : `${day} ${clock(Date.parse(start), zone)} – ${clock(Date.parse(end), zone)}`;
}

export const dayTitle = (day) =>
  new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" }).format(
    new Date(`${day}T00:00:00Z`),
  );

export const dayAfter = (day, days) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const daysBetween = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
