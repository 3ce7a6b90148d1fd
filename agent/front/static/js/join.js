/* Joining: asks where a link is not trusted, posts the command, and opens the link where nobody else does. */

import { RequestError } from "./api.js";
import { hostOf, safeLink } from "./links.js";

const SHOWN_MS = { opened: 8_000, failed: 60_000 };

/** What somebody typed is joined under this name, as a meeting is under its id. */
const TYPED = "typed text";

/** The core's word for a meeting that a person has to dial. */
const BY_HAND = "join.by_hand";

export class Joining {
  #commands;
  #confirm;
  #changed;
  #byHand;
  #open;
  #attempts = new Map();

  /**
   * @param commands Commands
   * @param {(join: object, host: string) => Promise<boolean>} confirm whether the person means this host
   * @param {() => void} changed called whenever `of` may answer differently
   * @param {(id: string) => void} byHand shows the numbers of a meeting that a person has to dial
   * @param {(url: string) => void} open opens a tab
   */
  constructor(commands, { confirm, changed, byHand = () => {}, open = openTab }) {
    this.#commands = commands;
    this.#confirm = confirm;
    this.#changed = changed;
    this.#byHand = byHand;
    this.#open = open;
  }

  /** How joining goes: `{step: "joining"|"opened"|"failed"|"done", key, problem}`; null: nobody tried lately. */
  of(id) {
    return this.#attempts.get(id) ?? null;
  }

  /** Join a meeting, or one of its alternatives by index. */
  async start(meeting, alternative = null) {
    const join = alternative === null ? meeting.join : meeting.join.alternatives[alternative];
    const payload = { meeting_id: meeting.id, ...(alternative === null ? {} : { alternative }) };
    const attempt = await this.#start(meeting.id, join, payload);
    if (attempt?.step === "by_hand") this.#byHand(meeting.id);
  }

  /** Join the way at this index of those that a typed text offers; how it ended, as `of` says, null: not tried. */
  async startTyped(text, way, join) {
    const attempt = await this.#start(TYPED, join, { text, way });
    return attempt?.step === "by_hand" ? { step: "failed", key: "join.no_link_here" } : attempt;
  }

  async #start(id, join, payload) {
    if (this.of(id)?.step === "joining") return null;
    if (!join.trusted && !(await this.#confirm(join, hostOf(join)))) return null;
    this.#set(id, { step: "joining" });
    const attempt = await this.#carryOut(join, payload);
    this.#finish(id, attempt);
    return attempt;
  }

  async #carryOut(join, payload) {
    if (join.launcher === "browser") return this.#inThisBrowser(join, payload);
    const trouble = await this.#commands.run("join", payload);
    if (trouble?.problem?.code === BY_HAND) return { step: "by_hand" };
    return trouble === null ? { step: "done" } : { step: "failed", ...trouble };
  }

  /** The link is opened although the core cannot be told: a person in the room comes first. */
  async #inThisBrowser(join, payload) {
    const url = safeLink(join.url);
    if (!url) return { step: "failed", key: "join.unsafe" };
    try {
      await this.#commands.send("join", payload);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.unreachable) return { step: "failed", problem: error.problem };
    }
    this.#open(url.href);
    return { step: "opened", key: "join.opened" };
  }

  #finish(id, attempt) {
    this.#set(id, attempt.step in SHOWN_MS ? attempt : null);
    if (attempt.step in SHOWN_MS) setTimeout(() => this.#forget(id, attempt), SHOWN_MS[attempt.step]);
  }

  #forget(id, attempt) {
    if (this.of(id) === attempt) this.#set(id, null);
  }

  #set(id, attempt) {
    if (attempt) this.#attempts.set(id, attempt);
    else this.#attempts.delete(id);
    this.#changed();
  }
}

/** The tab gets no way back to this page. */
function openTab(url) {
  window.open(url, "_blank", "noopener,noreferrer");
}
