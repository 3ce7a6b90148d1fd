/* From time to place: where an instant stands, where the axis is marked, which points would cover each other. Pure. */

const QUARTER = 15 * 60_000;
const STEPS_H = [1, 2, 3, 4, 6, 12, 24, 48, 72];
const DAY_MIN = 24 * 60;

/** A function from milliseconds to pixels; in a language from right to left time runs that way too. */
export function scaleOf(since, until, width, rightToLeft = false) {
  const length = Math.max(1, until - since);
  return (ms) => {
    const share = Math.min(1, Math.max(0, (ms - since) / length));
    return width * (rightToLeft ? 1 - share : share);
  };
}

/** `{at, midnight}`: full hours by the room's clock, `apart` pixels from each other or more. */
export function ticksOf(since, until, width, apart, minuteOfDay) {
  const perHour = width / Math.max(1e-6, (until - since) / 3_600_000);
  const step = (STEPS_H.find((hours) => hours * perHour >= apart) ?? STEPS_H.at(-1)) * 60;
  const ticks = [];
  let days = 0;
  for (let at = Math.ceil(since / QUARTER) * QUARTER; at <= until; at += QUARTER) {
    const minute = minuteOfDay(at);
    if (minute === 0) days += 1;
    const wholeDays = minute === 0 && (days - 1) % (step / DAY_MIN) === 0;
    if (step <= DAY_MIN ? minute % step === 0 : wholeDays) ticks.push({ at, midnight: minute === 0 });
  }
  return ticks;
}

/** Groups of marks that stand closer than `apart` pixels; each in the order of time. */
export function clustered(marks, x, apart) {
  const groups = [];
  for (const mark of [...marks].sort((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    if (last && Math.abs(x(mark.from) - x(last[0].from)) < apart) last.push(mark);
    else groups.push([mark]);
  }
  return groups;
}
