/* The room is set up: on its screen the list fills before the technician's eyes; elsewhere this page has closed. */

import { RequestError } from "../api.js";
import { button, el, keyed, setHidden, setText } from "../render/dom.js";
import { messageView } from "./message.js";

const LOOK_MS = 1_000;
const SHOWN = 5;

export class DoneView {
  #parts;
  #list = el("ol", "filling");
  #state = el("p", "filling-state");
  node;

  constructor(parts) {
    const { texts, place } = parts;
    this.#parts = parts;
    const here = place === "screen";
    this.#state.setAttribute("role", "status");
    const open = button("primary", () => location.replace("/"), texts.say("setup.to_screen"));
    const more = here ? [this.#state, this.#list, open] : [];
    const detail = texts.say(here ? "setup.done_screen" : "setup.done_network");
    this.node = messageView(parts, texts.say("setup.done"), detail, ...more);
    this.node.classList.add("done");
    if (here) void this.#fill();
  }

  async #fill() {
    const { texts, api } = this.#parts;
    setText(this.#state, texts.say("setup.filling"));
    do {
      try {
        if (this.#take(await api.get("/api/v1/room"))) return;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error; // it has only just begun
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    } while (this.node.isConnected);
  }

  /** Whether the calendar has been read. */
  #take({ screen, calendar, meetings, room }) {
    if (screen === "setup") return false;
    const time = new Intl.DateTimeFormat(this.#parts.language, { timeStyle: "short", timeZone: room.timezone });
    keyed(this.#list, meetings.slice(0, SHOWN), ({ id }) => id, () => el("li", "", el("span", "filling-time"), el("bdi")), (node, meeting) => {
      setText(node.children[0], meeting.all_day ? "" : time.format(new Date(meeting.start)));
      setText(node.children[1], meeting.subject ?? "–");
    });
    if (calendar.as_of === null) return false;
    setText(this.#state, this.#parts.texts.say("setup.filled", { n: meetings.length }));
    setHidden(this.#list, meetings.length === 0);
    return true;
  }
}
