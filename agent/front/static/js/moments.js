/* Instants and dates in the room's time zone, as this language writes them. */

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export class Moments {
  #formats = new Map();
  #instants = new Map();
  #days = new Map();

  constructor(language, zone) {
    this.language = usable((tag) => new Intl.DateTimeFormat(tag), language, "en");
    this.zone = usable((name) => new Intl.DateTimeFormat("en", { timeZone: name }), zone, "UTC");
  }

  /** Milliseconds of an instant, or of the room's midnight at the start of a date. */
  parse(text) {
    return remembered(this.#instants, text, () => (DATE.test(text) ? this.#midnight(text) : Date.parse(text)));
  }

  /** The room's date at an instant, `YYYY-MM-DD`. */
  day(ms) {
    return remembered(this.#days, Math.floor(ms / MINUTE), () => {
      const { year, month, day } = this.#parts("day", ms);
      return `${year}-${month}-${day}`;
    });
  }

  /** Minutes since the room's midnight, as its wall clock says. */
  minuteOfDay(ms) {
    const { hour, minute } = this.#parts("wall", ms);
    return Number(hour) * 60 + Number(minute);
  }

  /** The date some days later. */
  dayAfter(day, count = 1) {
    return new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
  }

  time(ms) {
    return this.#format("time").format(ms);
  }

  /** "15:04" by the room's clock as this language writes it. */
  wallTime(time) {
    return this.#format("wallTime").format(Date.parse(`1970-01-01T${time}Z`));
  }

  /** From when to when: past midnight still times alone, over days with their weekdays. */
  range(start, end) {
    if (this.day(start) === this.day(end)) return this.#format("time").formatRange(start, end);
    const name = end - start < DAY ? "time" : "weekdayTime";
    return [start, end].map((ms) => this.#format(name).format(ms)).join(" – ");
  }

  /** The clock's digits and, where the language has one, its day period. */
  clock(ms) {
    const parts = this.#format("time").formatToParts(ms);
    const period = parts.find((part) => part.type === "dayPeriod")?.value ?? "";
    const digits = parts.filter((part) => part.type !== "dayPeriod");
    return { digits: digits.map((part) => part.value).join("").trim(), period };
  }

  longDate(ms) {
    return this.#format("long").format(ms);
  }

  /** A date as a heading: weekday, day and month. */
  heading(day) {
    return this.#format("heading").format(Date.parse(day));
  }

  #midnight(date) {
    const utc = Date.parse(date);
    const first = utc - this.#offset(utc);
    return utc - this.#offset(first);
  }

  /** How far the room's wall clock is ahead of UTC at an instant. */
  #offset(ms) {
    const { year, month, day, hour, minute, second } = this.#parts("wall", ms);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  }

  #parts(name, ms) {
    return Object.fromEntries(this.#format(name).formatToParts(ms).map((part) => [part.type, part.value]));
  }

  #format(name) {
    return remembered(this.#formats, name, () => FORMATS[name](this.language, this.zone));
  }
}

/** A value made once for its key; what many days have left behind is forgotten. */
function remembered(values, key, make) {
  if (!values.has(key)) {
    if (values.size > 2000) values.clear();
    values.set(key, make());
  }
  return values.get(key);
}

const numeric = { year: "numeric", month: "2-digit", day: "2-digit", calendar: "gregory", numberingSystem: "latn" };
const wall = { ...numeric, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const FORMATS = {
  day: (_, timeZone) => new Intl.DateTimeFormat("en", { ...numeric, timeZone }),
  wall: (_, timeZone) => new Intl.DateTimeFormat("en", { ...wall, timeZone }),
  time: (tag, timeZone) => new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit", timeZone }),
  wallTime: (tag) => new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }),
  weekdayTime: (tag, timeZone) =>
    new Intl.DateTimeFormat(tag, { weekday: "short", hour: "numeric", minute: "2-digit", timeZone }),
  long: (tag, timeZone) => new Intl.DateTimeFormat(tag, { weekday: "long", day: "numeric", month: "long", timeZone }),
  heading: (tag) =>
    new Intl.DateTimeFormat(tag, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }),
};

/** The value if the browser knows it, else the other one. */
function usable(attempt, value, otherwise) {
  try {
    attempt(value);
    return value || otherwise;
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

/** Until an instant in words: key and places for `Texts.say`. */
export function relative(from, to) {
  const minutes = Math.ceil((to - from) / MINUTE);
  if (minutes <= 0) return ["relative.now", {}];
  if (minutes < 60) return ["relative.minutes", { n: minutes }];
  const hours = Math.floor(minutes / 60);
  if (minutes % 60 === 0) return ["relative.hours", { n: hours }];
  return ["relative.hours_minutes", { h: hours, min: minutes % 60 }];
}
