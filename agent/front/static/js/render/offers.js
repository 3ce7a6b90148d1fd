/* What somebody should see at once about what was just done: that it was refused, or that one tap takes it back. */

import { button, el, keyed, setData, setHidden, setOptional, setText } from "./dom.js";
import { countdown } from "./release.js";

const HOUR = 3_600_000;
const TOLD = /^control\.([a-z-]+)_(done|failed|waiting)$/; // what the core says of room control

/** The notice that stands here: the newest that can be taken back, but for a booking, whose card says it all; or null. */
export function offerOf({ notices }, now, moments) {
  const open = notices.filter((notice) => canBeUndone(notice, now, moments) && notice.code !== "control.book_done");
  return open.sort((a, b) => moments.parse(b.since) - moments.parse(a.since))[0] ?? null;
}

/** Whether one tap still takes back what a notice tells. */
export function canBeUndone({ action }, now, moments) {
  return action?.command === "undo" && moments.parse(action.until) > now;
}

/** How long that is so. */
export function restOf({ action }, now, moments, texts) {
  const until = moments.parse(action.until);
  if (until - now < HOUR) return texts.say("undo.rest", { time: countdown(until - now) });
  return texts.say("booking.until", { time: moments.time(until) });
}

/** A notice about room control as the page itself says it: shorter, and in its language. Others stay as they are. */
export function inOwnWords(notice, texts) {
  const [, act, outcome] = notice.code.match(TOLD) ?? [];
  const key = `${outcome}.${act}`;
  return texts.has(key) ? { ...notice, title: texts.say(key), detail: "" } : notice;
}

/** What a notice tells beyond its title; times of room control, "15:04" in the core's sentences, as this language writes
    them. */
export function detailOf({ code, detail }, moments) {
  if (!/^(control|hot_desk)\./.test(code)) return detail;
  return detail.replace(/\b(?:[01]\d|2[0-3]):[0-5]\d\b/g, (time) => moments.wallTime(time));
}

/** Whether a notice says what the screen says already, or is about to: that one of these was refused. */
export function isRefusal({ code }, names) {
  return names.some((name) => code === `control.${name}_failed`);
}

export class OffersView {
  #context;
  node = el("ul", "offers");

  /** @param context texts and control */
  constructor(context) {
    this.#context = context;
    this.node.setAttribute("aria-live", "polite");
  }

  /** @param notice what can be taken back; null: nothing */
  update(notice, now, moments) {
    const items = [this.#refusal(), notice && this.#offer(notice, now, moments)].filter(Boolean);
    setHidden(this.node, items.length === 0);
    keyed(this.node, items, (item) => item.key, (item) => this.#create(item), show);
  }

  #refusal() {
    const { texts, control } = this.#context;
    if (!control.refusal) return null;
    const { name, problem } = control.refusal;
    const why = `why.${problem.code}`;
    const detail = texts.has(why) ? texts.say(why) : (problem.detail ?? problem.title ?? "");
    return { key: `refused ${name} ${problem.code}`, kind: "refused", title: texts.say(`failed.${name}`), detail };
  }

  #offer(notice, now, moments) {
    const { title, action } = notice;
    const detail = detailOf(notice, moments);
    const rest = restOf(notice, now, moments, this.#context.texts);
    const id = action.body.command_id;
    return { key: `undo ${id}`, kind: "undo", title, detail, rest, id };
  }

  #create({ id }) {
    const { texts, control } = this.#context;
    const [title, detail] = [el("strong", "offer-title"), el("span", "offer-detail")];
    title.dir = "auto";
    detail.dir = "auto";
    const rest = el("span", "offer-rest");
    rest.setAttribute("role", "timer");
    const undo = button("undo", () => void control.undo(id), texts.say("undo.button"));
    return el("li", "offer", el("p", "offer-text", title, detail), rest, undo);
  }
}

function show(node, { kind, title, detail, rest }) {
  const [text, left, undo] = node.children;
  setData(node, "kind", kind);
  setText(text.firstElementChild, title);
  setOptional(text.lastElementChild, detail ?? "");
  setOptional(left, rest ?? "");
  setHidden(undo, kind !== "undo");
}
