/* Instants in the room's zone with UTC at hand, lengths of time, and numbers, as the page's language writes them. */

import { ServerClock } from "../clock.js";
import { el, setText } from "../render/dom.js";

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const BINARY = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
const NEVER = "–";
const WALL = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn" };
const NUMBER = { maximumFractionDigits: 2 };

export class Times {
  #language;
  #zone;
  #clock = new ServerClock(() => performance.now());
  #formats = new Map();

  constructor(language, zone) {
    this.#language = language;
    this.#zone = zone;
  }

  get zone() {
    return this.#zone;
  }

  /** Take over the room's zone and the server's time. */
  follow({ timezone, now }) {
    this.#clock.sync(now);
    if (timezone === this.#zone) return;
    this.#zone = isZone(timezone) ? timezone : "UTC";
    this.#formats.clear();
  }

  /** The server's time, carried on since it last said something. */
  get now() {
    return this.#clock.now();
  }

  /** Hours and minutes. */
  time(ms) {
    return this.#at("time", ms, { hour: "numeric", minute: "2-digit" });
  }

  /** With seconds. */
  clock(instant) {
    return this.#at("clock", Date.parse(instant), { hour: "numeric", minute: "2-digit", second: "2-digit" });
  }

  /** With its date unless that is the room's today. */
  moment(instant) {
    const ms = typeof instant === "number" ? instant : Date.parse(instant);
    if (Number.isNaN(ms)) return NEVER;
    if (this.#day(ms) === this.#day(this.now)) return this.time(ms);
    return this.#at("moment", ms, { dateStyle: "medium", timeStyle: "short" });
  }

  /** Day and month. */
  dayName(ms) {
    return this.#at("dayName", ms, { weekday: "short", day: "numeric", month: "short" });
  }

  /** Both ends, the second without a date where it is the same day. */
  range(from, until) {
    return `${this.moment(from)} – ${this.#day(from) === this.#day(until) ? this.time(until) : this.moment(until)}`;
  }

  /** Minutes since the room's midnight. */
  minuteOfDay(ms) {
    const parts = this.#format("wall", WALL, "en").formatToParts(ms);
    const { hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return Number(hour) * 60 + Number(minute);
  }

  /** A `time` element with UTC on hover; its words are `say(moment)`. */
  node(instant, say = (moment) => moment) {
    const ms = Date.parse(instant);
    const node = el("time", "", say(this.moment(ms)));
    if (Number.isNaN(ms)) return node;
    node.dateTime = instant;
    node.title = utc(ms);
    return node;
  }

  /** How long something takes or took: one unit, two where the second matters. */
  length(seconds) {
    if (seconds < 1) return this.#unit(seconds, 2, "second");
    if (seconds < 60) return this.#unit(seconds, seconds < 10 && seconds % 1 ? 1 : 0, "second");
    for (const [index, [unit, size]] of UNITS.entries()) {
      if (seconds < size) continue;
      const [smaller, part] = UNITS[index + 1] ?? ["second", 1];
      const rest = Math.floor((seconds % size) / part);
      const whole = this.#unit(Math.floor(seconds / size), 0, unit);
      return rest > 0 && seconds < size * 10 ? `${whole} ${this.#unit(rest, 0, smaller)}` : whole;
    }
    return NEVER;
  }

  /** How long ago, by the server's clock. */
  age(instant) {
    const seconds = Math.max(0, (this.now - Date.parse(instant)) / 1000);
    const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ["second", 1];
    const relative = this.#made("relative", () => new Intl.RelativeTimeFormat(this.#language, { numeric: "auto" }));
    return relative.format(-Math.floor(seconds / size), unit);
  }

  /** So many hours, or days where they are whole. */
  period(hours) {
    const days = hours % 24 === 0;
    return this.#unit(days ? hours / 24 : hours, 0, days ? "day" : "hour", "long");
  }

  number(value) {
    return this.#made("number", () => new Intl.NumberFormat(this.#language, NUMBER)).format(value);
  }

  /** Bytes in the unit that fits, in steps of 1,024. */
  bytes(value) {
    const step = Math.min(BINARY.length - 1, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10));
    return this.#unit(value / 1024 ** step, step > 0 ? 1 : 0, BINARY[step]);
  }

  #day(ms) {
    return Number.isNaN(ms) ? "" : this.#format("day", { dateStyle: "short" }, "en").format(ms);
  }

  #unit(value, digits, unit, unitDisplay = "short") {
    const options = { style: "unit", unit, unitDisplay, maximumFractionDigits: digits };
    const name = `${unit} ${digits} ${unitDisplay}`;
    return this.#made(name, () => new Intl.NumberFormat(this.#language, options)).format(value);
  }

  #at(name, ms, options) {
    return Number.isNaN(ms) ? NEVER : this.#format(name, options).format(ms);
  }

  #format(name, options, language = this.#language) {
    return this.#made(name, () => new Intl.DateTimeFormat(language, { ...options, timeZone: this.#zone }));
  }

  #made(name, make) {
    if (!this.#formats.has(name)) this.#formats.set(name, make());
    return this.#formats.get(name);
  }
}

/** An instant in UTC, as logs write it. */
export function utc(ms) {
  return Number.isNaN(ms) ? NEVER : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Make a `time` element say another instant. */
export function setTime(node, instant, text) {
  setText(node, text);
  if (node.dateTime === instant) return;
  node.dateTime = instant;
  node.title = utc(Date.parse(instant));
}

function isZone(name) {
  try {
    return Boolean(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
