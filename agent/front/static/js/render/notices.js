/* How far the list can be trusted: when it was read, and what is wrong, if anything is. */

import { button, el, keyed, setData, setHidden, setOptional, setText } from "./dom.js";
import { canBeUndone, detailOf, inOwnWords, restOf } from "./offers.js";

const CORE_SPEAKS = ["en", "de"];

export class NoticesView {
  #texts;
  #language;
  #control;
  #asOf = el("p", "as-of");
  #list = el("ul", "notices");
  node = el("footer", "trust", this.#list, this.#asOf);

  /** @param language the page's own @param control takes back what a notice offers */
  constructor(texts, language, control) {
    this.#texts = texts;
    this.#language = language;
    this.#control = control;
    this.#list.setAttribute("aria-live", "polite");
  }

  /**
   * @param lostSince when the line to the core broke, in milliseconds; null while it stands
   * @param {(notice: object) => boolean} elsewhere whether a notice stands elsewhere on the screen
   */
  update(state, now, lostSince, moments, elsewhere) {
    const asOf = state.calendar.as_of === null ? null : moments.parse(state.calendar.as_of);
    setText(this.#asOf, this.#asOfText(asOf, now, moments));
    setData(this.node, "fresh", String(!state.calendar.stale && state.calendar.problem === null && lostSince === null));
    const foreign = isForeign(state.room.language, this.#language);
    const here = calendarNotices(state, this.#texts).filter((notice) => !elsewhere(notice));
    const told = here.map((notice) => this.#forPeople(notice, foreign));
    const notices = [...this.#own(state, lostSince, moments), ...told];
    const create = (notice) => this.#create(notice);
    keyed(this.#list, notices, keyOf, create, (node, notice) => this.#show(node, notice, now, moments));
  }

  #create({ action }) {
    const title = el("strong", "notice-title");
    const detail = el("span", "notice-detail");
    title.dir = "auto";
    detail.dir = "auto";
    const rest = el("span", "notice-rest");
    rest.setAttribute("role", "timer");
    const pressed = () => void this.#control.undo(action.body.command_id);
    const undo = button("notice-undo", pressed, this.#texts.say("undo.button"));
    return el("li", "notice", title, detail, el("span", "notice-code"), el("p", "notice-offer", rest, undo));
  }

  #show(node, notice, now, moments) {
    const [title, detail, code, offer] = node.children;
    setData(node, "severity", notice.severity);
    setText(title, notice.title);
    setOptional(detail, detailOf(notice, moments));
    setOptional(code, notice.shownCode ?? "");
    const open = canBeUndone(notice, now, moments);
    setHidden(offer, !open);
    if (open) setText(offer.firstElementChild, restOf(notice, now, moments, this.#texts));
  }

  #asOfText(asOf, now, moments) {
    if (asOf === null) return this.#texts.say("status.never");
    const time = moments.time(asOf);
    const day = moments.day(asOf);
    if (day === moments.day(now)) return this.#texts.say("status.as_of", { time });
    return this.#texts.say("status.as_of_day", { day: moments.heading(day), time });
  }

  /** Who stands in the room cannot mend the calendar: say what still works, or what to tell whom. */
  #forPeople(notice, foreign) {
    if (!notice.code.startsWith("calendar.") || notice.severity === "info") {
      return foreign ? inOwnWords(notice, this.#texts) : notice;
    }
    const key = notice.severity === "error" ? "status.tell_support" : "status.kept";
    const title = foreign ? this.#texts.say("status.trouble") : notice.title; // then in this page's language at least
    return { ...notice, title, detail: this.#texts.say(key), shownCode: notice.code };
  }

  /** What only the page can know. */
  #own(state, lostSince, moments) {
    const own = [];
    if (lostSince !== null) {
      own.push(this.#notice("warning", "page.lost", "status.lost", { time: moments.time(lostSince) }));
    }
    if (state.version > 1) own.push(this.#notice("info", "page.newer", "status.newer", {}));
    return own;
  }

  #notice(severity, code, key, places) {
    return { severity, code, title: this.#texts.say(key), detail: this.#texts.say(`${key}_detail`, places) };
  }
}

/** Whether the core's sentences are in another language than the page. */
export function isForeign(room, page) {
  return coreLanguage(room) !== page;
}

/** The language of the core's sentences: the room's, if it is one of those the core speaks. */
function coreLanguage(asked) {
  const [language] = asked.toLowerCase().split("-");
  return CORE_SPEAKS.includes(language) ? language : "en";
}

/** The core's notices, and the calendar's problem where none of them names it. */
function calendarNotices(state, texts) {
  const { problem, stale } = state.calendar;
  const notices = [...state.notices];
  if (problem && !notices.some((notice) => notice.code === problem.code)) {
    notices.push({ ...problem, severity: "warning" });
  } else if (!problem && stale && state.calendar.as_of !== null && notices.length === 0) {
    notices.push({ code: "page.stale", severity: "info", title: texts.say("status.stale"), detail: "" });
  }
  return notices;
}

/** Of one kind one, but for those that can be taken back. */
function keyOf({ code, action }) {
  return action?.command === "undo" ? `${code} ${action.body.command_id}` : code;
}
