/* The room's state as it changes. Read with fetch and not with EventSource, because EventSource hides the keep-alives:
   a line that died silently would never be noticed. */

import { EventParser } from "./events.js";

const SILENCE_MS = 40_000; // the core says something every 15 s
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 4_000;

export class RoomStream {
  #onState;
  #onLine;
  #onError;
  #onRepair;
  #lastId;
  #failures = 0;

  /**
   * @param {(state: object) => void} onState every state that arrives
   * @param {(connected: boolean) => void} onLine after each success and failure to hear from the core
   * @param {(error: Error) => void} onError what no network can cause
   * @param {({revision, page_id}) => void} onRepair the core has found that this page shows something else
   */
  constructor({ onState, onLine, onError, onRepair }) {
    this.#onState = onState;
    this.#onLine = onLine;
    this.#onError = onError;
    this.#onRepair = onRepair;
  }

  /** Listen for ever: stream; when it ends, ask once, wait a little, and stream again. */
  async run() {
    for (;;) {
      this.#failures += 1; // until an event arrives
      await this.#attempt(() => this.#listen());
      this.#onLine(await this.#attempt(() => this.#poll()));
      await pause(backOff(this.#failures, Math.random()));
    }
  }

  /** Whether it ended well. Whatever the error is, a screen on a wall tries again. */
  async #attempt(action) {
    try {
      await action();
      return true;
    } catch (error) {
      if (!EXPECTED.some((kind) => error instanceof kind)) this.#onError(error);
      return false;
    }
  }

  async #listen() {
    const silence = new Silence();
    const headers = this.#lastId === undefined ? {} : { "Last-Event-ID": this.#lastId };
    try {
      silence.broken();
      const answer = await fetch("/api/v1/stream", { headers, cache: "no-store", signal: silence.signal });
      if (!answer.ok || !answer.body) throw new Refused();
      await this.#read(answer.body.pipeThrough(new TextDecoderStream()).getReader(), silence);
    } finally {
      silence.end();
    }
  }

  async #read(reader, silence) {
    const parser = new EventParser((event) => this.#take(event));
    for (;;) {
      silence.broken();
      const { done, value } = await reader.read();
      if (done) return;
      parser.push(value);
    }
  }

  async #poll() {
    const answer = await fetch("/api/v1/room", { cache: "no-store", signal: AbortSignal.timeout(SILENCE_MS) });
    if (!answer.ok) throw new Refused();
    this.#onState(await answer.json());
  }

  #take({ event, data, id }) {
    if (event === "repair") this.#onRepair(JSON.parse(data));
    if (event !== "room") return;
    const state = JSON.parse(data);
    this.#lastId = id;
    this.#failures = 0;
    this.#onState(state);
    this.#onLine(true);
  }
}

class Refused extends Error {}

/** No network, not JSON, too slow, not 200. */
const EXPECTED = [TypeError, SyntaxError, DOMException, Refused];

/** Aborts `signal` when `broken` has not been called for `SILENCE_MS`. */
export class Silence {
  #controller = new AbortController();
  #timer;

  get signal() {
    return this.#controller.signal;
  }

  broken() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), SILENCE_MS);
  }

  end() {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}

/** How long to wait after so many failures in a row, with jitter: `chance` in [0, 1). */
export function backOff(failures, chance) {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return ceiling / 2 + (ceiling / 2) * chance;
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
