/* The preflight as it runs: each check as soon as it is known, what it means, what to do and who can do it. */

import { RequestError } from "../api.js";
import { EventParser } from "../events.js";
import { el, keyed, setData, setHidden, setText } from "../render/dom.js";
import { codeBlock } from "./copying.js";
import { ROOT } from "./paths.js";

const AGAIN_MS = 1_500;
const OPEN = ["fail", "warn"];

export class ChecksView {
  #parts;
  #found = new Map();
  #head = el("p", "checks-head");
  #list = el("ol", "checks");
  #turn = 0;
  #running = false;
  node;

  constructor(parts) {
    this.#parts = parts;
    this.#head.setAttribute("role", "status");
    setHidden(this.#head, true);
    this.node = el("div", "checks-box", this.#head, this.#list);
  }

  get running() {
    return this.#running;
  }

  get failed() {
    return [...this.#found.values()].some(({ status }) => status === "fail");
  }

  /** Show these, without a run. */
  show(checks) {
    this.#found = new Map(checks.map((check) => [check.id, check]));
    this.#draw();
  }

  /** Begin a run and follow it; true when none failed, false when one did, null when another one took its place. */
  async run(payload) {
    this.#found.clear();
    while (!(await this.#begun(payload))) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return this.follow();
  }

  /** Whether this run has begun; false while one of before, which a reload or a way back has left, comes to its end. */
  async #begun(payload) {
    const { api } = this.#parts;
    try {
      await api.post(`${ROOT}/checks`, payload);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError) || error.problem.code !== "setup.checking") throw error;
    }
    await api.post(`${ROOT}/checks/stop`, {});
    return false;
  }

  /** Follow a run that goes on. */
  async follow() {
    this.#turn += 1;
    const turn = this.#turn;
    this.#running = true;
    this.#draw();
    for (;;) {
      const ended = await this.#listen(turn);
      if (turn !== this.#turn || !this.node.isConnected) return null;
      if (ended !== null) {
        this.#running = false;
        this.#draw();
        return ended.ok;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  /** What `done` says; null when the line broke before. Throws RequestError for a refusal. */
  async #listen(turn) {
    let ended = null;
    const parser = new EventParser(({ event, data }) => {
      if (turn !== this.#turn) return;
      if (event === "check") this.#take(JSON.parse(data));
      if (event === "done") ended = JSON.parse(data);
    });
    try {
      const answer = await fetch(`${ROOT}/checks`, { cache: "no-store" });
      if (answer.status === 403) throw new RequestError({ code: "http.403" });
      if (!answer.ok) return null;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader.read(); !piece.done && ended === null; piece = await reader.read()) {
        parser.push(piece.value);
      }
      if (ended !== null) void reader.cancel();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    return ended;
  }

  #take(check) {
    this.#found.set(check.id, check);
    this.#draw();
  }

  #draw() {
    const { texts } = this.#parts;
    const all = [...this.#found.values()];
    const bad = all.filter(({ status }) => status === "fail").length;
    setHidden(this.#head, !this.#running && all.length === 0);
    setData(this.#head, "state", this.#running ? "running" : bad > 0 ? "fail" : "pass");
    const noted = all.some(({ status }) => status === "warn") ? "setup.checks_noted" : "setup.checks_passed";
    const said = bad > 0 ? texts.say("setup.checks_failed", { n: bad }) : texts.say(noted);
    setText(this.#head, this.#running ? texts.say("setup.checking") : said);
    keyed(this.#list, together(all), ({ id }) => id, () => el("li", "check-row"), (node, check) => this.#fill(node, check));
  }

  /** A row is made once for each outcome: one that a person has opened stays open. */
  #fill(node, check) {
    const content = JSON.stringify(check);
    if (node.dataset.content === content) return;
    node.dataset.content = content;
    setData(node, "status", check.status);
    node.replaceChildren(checkNode(this.#parts.texts, check));
  }
}

/** What was skipped for the same reason, in one. */
function together(checks) {
  const groups = new Map();
  for (const check of checks) {
    const key = check.status === "skipped" ? check.title : check.id;
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    if (others.length === 0) return first;
    const details = new Set([first, ...others].map(({ detail }) => detail));
    return { ...first, title: `${first.title} (${others.length + 1})`, detail: [...details].join(" ") };
  });
}

/** A check: its title, and where there is more to say, that below; `open` at once where something is to be done. */
export function checkNode(texts, { status, title, detail, cure, who, command }, open = OPEN.includes(status)) {
  const state = el("span", "check-state", texts.say(`setup.status.${status}`));
  state.dataset.status = status;
  const head = [state, el("bdi", "check-title", title)];
  if (!detail && !cure && !command) return el("div", "check-head", ...head);
  const body = el("div", "check-body");
  if (detail) body.append(el("p", "", el("bdi", "", detail)));
  if (cure) body.append(el("p", "cure", el("strong", "", texts.say("setup.cure")), " ", el("bdi", "", cure)));
  if (who && texts.has(`setup.who.${who}`)) body.append(el("p", "who", texts.say(`setup.who.${who}`)));
  if (command) body.append(codeBlock(texts, command));
  const box = el("details", "", el("summary", "check-head", ...head), body);
  box.open = open;
  return box;
}
