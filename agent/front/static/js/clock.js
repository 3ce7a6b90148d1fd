/* The server's time, carried on by a counter that never jumps. The browser's own clock is not asked. */

export class ServerClock {
  #base = 0;
  #at = 0;
  #elapsed;

  /** @param {() => number} elapsed milliseconds since some fixed point, never going back */
  constructor(elapsed) {
    this.#elapsed = elapsed;
  }

  /** Take over the server's `now`, an ISO instant that has just arrived. */
  sync(instant) {
    const parsed = Date.parse(instant);
    if (Number.isNaN(parsed)) return;
    this.#base = parsed;
    this.#at = this.#elapsed();
  }

  /** Milliseconds since 1970, UTC. */
  now() {
    return this.#base + this.#elapsed() - this.#at;
  }

  /** The present second as the wire writes it. */
  instant() {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, "Z");
  }
}
