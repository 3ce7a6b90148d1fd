/* Joining: asks where a link is not trusted, posts the command, and opens the link where nobody else does. */

import { RequestError } from "./api.js";
import { hostOf, safeLink } from "./links.js";

const POLL_MS = 500;
const POLLS = 120;
const SHOWN_MS = { opened: 8_000, failed: 60_000 };

export class Joining {
  #api;
  #confirm;
  #changed;
  #open;
  #attempts = new Map();

  /**
   * @param api Api
   * @param {(join: object, host: string) => Promise<boolean>} confirm whether the person means this host
   * @param {() => void} changed called whenever `of` may answer differently
   * @param {(url: string) => void} open opens a tab
   */
  constructor(api, { confirm, changed, open = openTab }) {
    this.#api = api;
    this.#confirm = confirm;
    this.#changed = changed;
    this.#open = open;
  }

  /** How joining a meeting goes: `{step: "joining"|"opened"|"failed", key, problem}`; null: nobody tried lately. */
  of(id) {
    return this.#attempts.get(id) ?? null;
  }

  /** Join a meeting, or one of its alternatives by index. */
  async start(meeting, alternative = null) {
    if (this.of(meeting.id)?.step === "joining") return;
    const join = alternative === null ? meeting.join : meeting.join.alternatives[alternative];
    if (!join.trusted && !(await this.#confirm(join, hostOf(join)))) return;
    this.#set(meeting.id, { step: "joining" });
    try {
      this.#finish(meeting.id, await this.#carryOut(meeting, join, alternative));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#finish(meeting.id, { step: "failed", problem: error.problem });
    }
  }

  async #carryOut(meeting, join, alternative) {
    const payload = { meeting_id: meeting.id, ...(alternative === null ? {} : { alternative }) };
    if (join.launcher === "browser") return this.#inThisBrowser(join, payload);
    const { id } = await this.#api.post("/api/v1/commands/join", payload);
    return this.#onTheDisplay(id);
  }

  /** The link is opened although the core cannot be told: a person in the room comes first. */
  async #inThisBrowser(join, payload) {
    const url = safeLink(join.url);
    if (!url) return { step: "failed", key: "join.unsafe" };
    try {
      await this.#api.post("/api/v1/commands/join", payload);
    } catch (error) {
      if (!(error instanceof RequestError && error.unreachable)) throw error;
    }
    this.#open(url.href);
    return { step: "opened", key: "join.opened" };
  }

  async #onTheDisplay(id) {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const command = await this.#api.get(`/api/v1/commands/${encodeURIComponent(id)}`);
      if (command.state === "done") return null;
      if (command.state === "failed") return { step: "failed", problem: command.problem };
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { step: "failed", key: "join.timeout" };
  }

  #finish(id, attempt) {
    this.#set(id, attempt);
    if (attempt) setTimeout(() => this.#forget(id, attempt), SHOWN_MS[attempt.step]);
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
