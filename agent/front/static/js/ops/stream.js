/* The state as it changes, for as long as there is a session. Read with fetch, which sees a line that died silently. */

import { EventParser } from "../events.js";
import { Silence, backOff, pause } from "../stream.js";
import { ROOT } from "./paths.js";

const CLOSED = 403;
const TOLERATED_FAILURES = 2; // a front that restarts is back before anybody needs to know

export class OpsStream {
  #onState;
  #onLine;
  #onClosed;
  #failures = 0;
  #over = new AbortController();

  /** @param calls `onState(state)`; `onLine(connected)`; `onClosed()`: the session is over, nothing more comes */
  constructor({ onState, onLine, onClosed }) {
    this.#onState = onState;
    this.#onLine = onLine;
    this.#onClosed = onClosed;
  }

  stop() {
    this.#over.abort();
  }

  /** Until stopped or closed: listen; when that ends, wait a little and listen again. */
  async run() {
    while (!this.#over.signal.aborted) {
      this.#failures += 1; // until an event arrives
      const status = await this.#attempt();
      if (this.#over.signal.aborted) return;
      if (status === CLOSED) return this.#onClosed();
      if (this.#failures >= TOLERATED_FAILURES) this.#onLine(false);
      await pause(backOff(this.#failures, Math.random()));
    }
  }

  /** The answer's status once it has ended; null for none. */
  async #attempt() {
    try {
      return await this.#listen();
    } catch (error) {
      if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
      return null;
    }
  }

  async #listen() {
    const silence = new Silence();
    try {
      silence.broken();
      const signal = AbortSignal.any([silence.signal, this.#over.signal]);
      const answer = await fetch(`${ROOT}/stream`, { cache: "no-store", signal });
      if (!answer.ok || !answer.body) return answer.status;
      const parser = new EventParser((event) => this.#take(event));
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        silence.broken();
        parser.push(piece.value);
      }
      return answer.status;
    } finally {
      silence.end();
    }
  }

  #take({ event, data }) {
    if (event !== "ops" || this.#over.signal.aborted) return;
    this.#failures = 0;
    this.#onState(JSON.parse(data));
    this.#onLine(true);
  }
}

/** No network, not JSON, too slow or stopped. */
const EXPECTED = [TypeError, SyntaxError, DOMException];
