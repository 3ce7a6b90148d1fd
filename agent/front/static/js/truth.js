/* What the screen really shows, told to the core: read back from the document, not from the state it was made of. */

import { RequestError } from "./api.js";

const EVERY_MS = 30_000;
const TOUCHED_EVERY_MS = 5_000;
const MAX_ERRORS = 10;
const MAX_ERROR_LENGTH = 200;

/** `[id, start, end, subject]` of every meeting in a list, in the order a person sees; none when the list is not up. */
export function shownMeetings(list) {
  if (!list.isConnected) return [];
  return [...list.querySelectorAll("[data-meeting]")].map((row) => {
    const [start, end] = row.querySelectorAll("time");
    const subject = row.querySelector("[data-subject]");
    const text = { given: subject.textContent, empty: "", none: null }[subject.dataset.subject];
    return [row.dataset.meeting, start.dateTime, end.dateTime, text];
  });
}

/** SHA-256 in hex of the compact JSON. */
export async function hashOf(rows) {
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Truth {
  #api;
  #list;
  #clock;
  pageId = hex(crypto.getRandomValues(new Uint8Array(16)));
  #revision = null;
  #errors = [];
  #timer;
  #touched = false;
  #saidAt = -Infinity;

  /** @param {() => Element} list the element whose rows are the list */
  constructor(api, list, clock) {
    this.#api = api;
    this.#list = list;
    this.#clock = clock;
  }

  /** A revision is on the screen: say so now, and again every 30 s. */
  rendered(revision) {
    if (revision === this.#revision) return;
    this.#revision = revision;
    void this.report();
  }

  /** Something went wrong in the page: goes with the next report. */
  failed(error) {
    if (this.#errors.length < MAX_ERRORS) this.#errors.push(String(error).slice(0, MAX_ERROR_LENGTH));
  }

  /** Somebody touched the page or used a key: goes with a report, at once where none of it was lately. */
  touched() {
    const isDue = performance.now() - this.#saidAt >= TOUCHED_EVERY_MS;
    this.#touched = true;
    if (isDue) void this.report();
  }

  async report() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.report(), EVERY_MS);
    if (!crypto.subtle) return; // there is none under a name that is not this machine's
    if (this.#revision === null && this.#errors.length === 0) return;
    const errors = [...this.#errors];
    const touched = this.#touched;
    this.#touched = false;
    if (touched) this.#saidAt = performance.now();
    const revision = this.#revision ?? 0; // nothing could be shown yet
    const rows = shownMeetings(this.#list());
    const renderedAt = this.#clock.instant();
    try {
      const hash = await hashOf(rows);
      const body = { page_id: this.pageId, revision, hash, rendered_at: renderedAt, errors, touched };
      await this.#api.post("/api/v1/page", body);
      this.#errors = this.#errors.slice(errors.length);
    } catch (error) {
      this.#touched ||= touched;
      if (!(error instanceof RequestError)) this.failed(error); // else the next report comes anyway
    }
  }
}
