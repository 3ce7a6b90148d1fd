/* A sheet over the page; closes by button, by Escape, by a tap beside it, and when nobody touches it for a minute. */

import { button, el } from "./dom.js";

const IDLE_MS = 60_000;

export class Sheet {
  #timer;
  #closed = () => {};
  #shows = 0;
  node = el("dialog", "sheet");

  constructor() {
    this.node.addEventListener("close", () => this.node.open || this.#ended()); // by Escape; comes late, maybe too late
    this.node.addEventListener("click", (event) => event.target === this.node && this.close());
    for (const event of ["pointerdown", "keydown"]) this.node.addEventListener(event, () => this.#touched());
  }

  /** Show this content; `closed` is called once when it is gone. */
  show(content, closed = () => {}) {
    this.close();
    this.#closed = closed;
    this.#shows += 1;
    this.node.replaceChildren(content);
    this.node.setAttribute("aria-label", content.querySelector("h2")?.textContent ?? "");
    this.node.showModal();
    this.#touched();
  }

  /** Closes what is shown next, and nothing that comes after it. */
  closer() {
    const turn = this.#shows + 1;
    return () => turn === this.#shows && this.close();
  }

  close() {
    if (!this.node.open) return;
    this.node.close();
    this.#ended();
  }

  #touched() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), IDLE_MS);
  }

  #ended() {
    clearTimeout(this.#timer);
    this.node.replaceChildren();
    const closed = this.#closed;
    this.#closed = () => {};
    closed();
  }
}

/** Ask whether the person means to go to this host. */
export function confirmHost(sheet, texts, host) {
  return new Promise((resolve) => {
    let answer = false;
    const cancel = button("plain", () => sheet.close(), texts.say("dialog.cancel"));
    const yes = button("firm", confirmed, texts.say("join.confirm.yes", { host }));
    const content = el(
      "div",
      "confirm",
      el("h2", "", texts.say("join.confirm.title")),
      el("p", "confirm-host", host),
      el("p", "", texts.say("join.confirm.detail", { host })),
      el("div", "sheet-actions", cancel, yes),
    );
    sheet.show(content, () => resolve(answer));
    cancel.focus();

    function confirmed() {
      answer = true;
      sheet.close();
    }
  });
}
