/* The timeline as lanes of marks: what is drawn, what is said about it, and the same as rows of a table. Pure. */

const QUARTER = 15 * 60_000;
const HOUR = 4 * QUARTER;
const MOST_BARS = 100;
const MOST_PROVIDERS = 6;
const JOINS = ["done", "failed", "pending"];
const INPUTS = ["live", "no_signal", "no_cable", "absent", "unstable", "unsupported", "protected"];
const STARTS = ["clean", "crash", "power_cut", "first"];

/**
 * `{id, title, about, kind, marks}` from top to bottom. A mark: `from`, `until` (ms), `shape`, `lines` and, of a bar,
 * `ok` and `failed`. `words`: texts and times.
 */
export function lanesOf(timeline, words) {
  const range = { since: Date.parse(timeline.since), until: Date.parse(timeline.until) };
  return [
    readsLane(timeline, range, words),
    outagesLane(timeline, range, words),
    ...joinLanes(timeline, words),
    ...timeline.inputs.map((input, n) => inputLane(input, n, range, words)),
    startsLane(timeline, words),
  ];
}

/** Reads summed up over so many milliseconds that at most a hundred bars come out. */
export function bucketed(syncs, { since, until }) {
  const size = [QUARTER, HOUR, 2 * HOUR, 4 * HOUR].find((each) => (until - since) / each <= MOST_BARS) ?? 8 * HOUR;
  const buckets = new Map();
  for (const each of syncs) {
    const from = Math.floor(Date.parse(each.since) / size) * size;
    if (!(from + size > since && from < until)) continue;
    const sum = buckets.get(from) ?? { from, until: from + size, ok: 0, failed: 0, changes: 0, slowest_s: 0 };
    sum.ok += each.ok;
    sum.failed += each.failed;
    sum.changes += each.changes;
    sum.slowest_s = Math.max(sum.slowest_s, each.slowest_s);
    buckets.set(from, sum);
  }
  return [...buckets.values()].filter(({ ok, failed }) => ok + failed > 0).sort((a, b) => a.from - b.from);
}

function readsLane({ syncs }, range, { texts, times }) {
  const marks = bucketed(syncs, range).map(({ from, until, ok, failed, changes, slowest_s: slowest }) => {
    const said = [
      ok > 0 && texts.say("ops.reads.ok", { n: ok }),
      failed > 0 && texts.say("ops.reads.failed", { n: failed }),
      changes > 0 && texts.say("ops.reads.changes", { n: changes }),
      slowest > 0 && texts.say("ops.reads.slowest", { time: times.length(slowest) }),
    ];
    return { from, until, ok, failed, shape: failed > 0 ? "failed" : "ok", lines: said.filter(Boolean) };
  });
  return { id: "reads", kind: "bars", title: texts.say("ops.lane.reads"), about: "", marks };
}

function outagesLane({ outages }, range, { texts }) {
  const marks = outages.map((span) => {
    return { ...within(span, range), shape: "outage", lines: [span.title, span.code].filter(Boolean) };
  });
  return { id: "outages", kind: "spans", title: texts.say("ops.lane.outages"), about: "", marks };
}

function joinLanes({ joins }, { texts }) {
  const providers = [...new Set(joins.map(({ provider }) => provider))];
  const own = new Set(providers.length > MOST_PROVIDERS ? providers.slice(0, MOST_PROVIDERS - 1) : providers);
  const lanes = new Map();
  for (const { at, provider, outcome } of joins) {
    const about = own.has(provider) ? nameOf(provider) : texts.say("ops.lane.others");
    const shape = JOINS.includes(outcome) ? outcome : "pending";
    const lines = [nameOf(provider), texts.say(`ops.join.${shape}`)];
    const mark = { from: Date.parse(at), until: Date.parse(at), shape: `join_${shape}`, lines };
    lanes.set(about, [...(lanes.get(about) ?? []), mark]);
  }
  const title = texts.say("ops.lane.joins");
  if (lanes.size === 0) return [{ id: "joins", kind: "points", title, about: "", marks: [] }];
  return [...lanes].map(([about, marks]) => ({ id: `joins ${about}`, kind: "points", title, about, marks }));
}

function inputLane({ name, label, spans }, n, range, { texts }) {
  const marks = spans.map((span) => {
    const state = INPUTS.includes(span.code) ? span.code : "absent";
    return { ...within(span, range), shape: `input_${state}`, lines: [texts.say(`ops.input.${state}`)] };
  });
  return { id: `input ${n}`, kind: "spans", title: texts.say("ops.lane.inputs"), about: label || name, marks };
}

function startsLane({ starts }, { texts }) {
  const marks = starts.map(({ at, previous }) => {
    const shape = STARTS.includes(previous) ? previous : "clean";
    const lines = [texts.say(`ops.start.${shape}`)];
    return { from: Date.parse(at), until: Date.parse(at), shape: `start_${shape}`, lines };
  });
  return { id: "starts", kind: "points", title: texts.say("ops.lane.starts"), about: "", marks };
}

/** Both ends of a span, cut to what is shown; `lasts`: it has no end yet. */
function within({ since, until }, range) {
  const [began, ended] = [Date.parse(since), until === null ? range.until : Date.parse(until)];
  const from = Math.max(began, range.since);
  return { from, until: Math.max(from, Math.min(ended, range.until)), began, ended, lasts: until === null };
}

/** A service's short name as its name is written: in words that begin with capitals. */
export function nameOf(provider) {
  const words = provider.split(/[_-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}

/** When a mark was, in words: a moment, from when to when, or since when. */
export function whenOf({ from, until, began = from, ended = until, lasts = false }, { texts, times }) {
  if (lasts) return texts.say("ops.lasts", { time: times.moment(began) });
  return began === ended ? times.moment(began) : times.range(began, ended);
}
