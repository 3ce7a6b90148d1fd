/* What a check has observed, with its unit, in words. */

const LENGTHS = { s: 1, ms: 0.001, min: 60, h: 3_600, d: 86_400, days: 86_400 };
const BYTES = ["B", "By", "byte", "bytes"];

/** A text for any value there may be; empty for none. */
export function valueText({ value, unit }, { texts, times }) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return texts.say(value ? "ops.yes" : "ops.no");
  if (typeof value === "number") return numberText(value, unit ?? "", times);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return unit ? `${text} ${unit}` : text;
}

function numberText(value, unit, times) {
  if (Object.hasOwn(LENGTHS, unit)) return (value < 0 ? "−" : "") + times.length(Math.abs(value) * LENGTHS[unit]);
  if (BYTES.includes(unit)) return times.bytes(value);
  if (unit === "%" || unit === "percent") return `${times.number(value)} %`;
  return unit ? `${times.number(value)} ${unit}` : times.number(value);
}
