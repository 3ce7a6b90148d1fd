/* Server-sent events out of a text that arrives in pieces (WHATWG HTML, 9.2.6). */

export class EventParser {
  #rest = "";
  #fields = { event: "", data: [], id: undefined };
  #onEvent;

  /** @param {(event: {event: string, data: string, id: string|undefined}) => void} onEvent */
  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  /** Take the next piece; a carriage return at its very end waits for what follows. */
  push(piece) {
    const text = this.#rest + piece;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  #line(line) {
    if (line === "") {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#fields.data.push(value);
    else if (name === "event") this.#fields.event = value;
    else if (name === "id" && !value.includes("\0")) this.#fields.id = value;
  }

  #dispatch() {
    const { event, data, id } = this.#fields;
    this.#fields = { event: "", data: [], id };
    if (data.length > 0) this.#onEvent({ event: event || "message", data: data.join("\n"), id });
  }
}
