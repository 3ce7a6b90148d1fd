/* The last lines of the log, followed as they are written; paused, they wait. */

import { button, el, setData, setHidden, setText } from "../render/dom.js";
import { Asking } from "./asking.js";
import { filterField, holds } from "./filter.js";
import { logLine } from "./log_line.js";
import { ROOT } from "./paths.js";
import { section } from "./section.js";

const EVERY_MS = 2_000;
const MOST = 1_000;
const PAGE = 500; // of an answer
const MOST_TURNS = 8;
const LEVELS = ["debug", "info", "warning", "error"];
const NEAR_END_PX = 24;

export class LogsView {
  #parts;
  #asking;
  #level = "info";
  #last = 0;
  #words = [];
  #paused = false;
  #started = null;
  #timer = null;
  #list = el("div", "log-lines");
  #state = el("span", "counted");
  #empty = el("p", "lead");
  #pause;
  node;

  constructor(parts, { started }) {
    const { texts } = parts;
    this.#parts = parts;
    this.#started = started;
    this.#asking = new Asking(parts);
    this.#pause = button("small-button", () => this.#setPaused(!this.#paused), texts.say("ops.logs.pause"));
    const filter = filterField(texts, (words) => {
      this.#words = words;
      this.#sift();
    });
    const tools = el("div", "tools", this.#levels(), filter, this.#pause, this.#state);
    Object.assign(this.#list, { tabIndex: 0, dir: "ltr" });
    this.#list.setAttribute("role", "log");
    this.#list.setAttribute("aria-live", "off"); // ten lines a second are nothing to be read out
    this.#list.setAttribute("aria-label", texts.say("ops.logs"));
    setText(this.#empty, texts.say("ops.logs.empty"));
    this.node = section("logs", texts.say("ops.logs"), [], tools, this.#asking.node, this.#empty, this.#list);
    this.#setPaused(false);
    this.#sift();
  }

  /** Lines are counted anew with each start of the agent. */
  update({ started }) {
    if (started === this.#started) return;
    this.#started = started;
    this.#last = 0;
    this.#list.append(el("div", "log-break", this.#parts.texts.say("ops.logs.restarted")));
  }

  shown() {
    this.hidden();
    this.#timer = setInterval(() => this.#paused || document.hidden || void this.#look(), EVERY_MS);
    if (!this.#paused) void this.#look();
  }

  hidden() {
    clearInterval(this.#timer);
  }

  remove() {
    this.hidden();
  }

  #levels() {
    const { texts } = this.#parts;
    const select = el("select", "input");
    for (const level of LEVELS) {
      const option = el("option", "", level);
      Object.assign(option, { value: level, selected: level === this.#level });
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.#level = select.value;
      this.#last = 0;
      this.#list.replaceChildren();
      void this.#look();
    });
    return el("label", "tool-field", el("span", "", texts.say("ops.logs.level")), select);
  }

  #setPaused(paused) {
    const { texts } = this.#parts;
    this.#paused = paused;
    setText(this.#pause, texts.say(paused ? "ops.logs.follow" : "ops.logs.pause"));
    setText(this.#state, texts.say(paused ? "ops.logs.paused" : "ops.logs.following"));
    setData(this.#state, "paused", String(paused));
    if (!paused && this.#timer !== null) void this.#look();
  }

  async #look() {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const [level, started] = [this.#level, this.#started];
      let whole = false;
      await this.#asking.ask(`${ROOT}/logs?level=${level}&after=${this.#last}`, ({ entries }) => {
        whole = entries.length >= PAGE;
        if (level === this.#level && started === this.#started) this.#take(entries);
      });
      if (!whole) return;
    }
  }

  #take(entries) {
    const list = this.#list;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
    for (const entry of entries) {
      this.#last = Math.max(this.#last, entry.n);
      list.append(logLine(entry, this.#parts.times));
    }
    while (list.children.length > MOST) list.firstElementChild.remove();
    if (entries.length > 0) this.#sift();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  #sift() {
    let shown = 0;
    for (const line of this.#list.children) {
      const fits = this.#words.length === 0 || holds(line.textContent, this.#words);
      setHidden(line, !fits);
      shown += fits ? 1 : 0;
    }
    const why = this.#list.children.length > 0 ? "ops.nothing_fits" : "ops.logs.empty";
    setText(this.#empty, this.#parts.texts.say(why));
    setHidden(this.#empty, shown > 0);
    setHidden(this.#list, shown === 0);
  }
}
