/* Finding a room: Exchange's lists, a search by name, a file of rooms. What is picked goes to `pick`. */

import { button, el, setHidden } from "../render/dom.js";
import { checkNode } from "./checks.js";
import { Alert } from "./message.js";
import { ROOT } from "./paths.js";

const LARGEST_CSV = 48 * 1024;

export class RoomFinder {
  #parts;
  #pick;
  #alert = new Alert();
  #lists = el("div", "lists");
  #unreadable = el("ul", "checks");
  #rooms = el("ul", "rooms");
  #said = el("p", "field-help");
  #search = el("input", "input");
  node;

  constructor(parts, pick) {
    const { texts } = parts;
    this.#parts = parts;
    this.#pick = pick;
    this.#said.setAttribute("role", "status");
    Object.assign(this.#search, { type: "search", maxLength: 100, placeholder: texts.say("setup.search_room"), dir: "auto" });
    this.#search.setAttribute("aria-label", texts.say("setup.search_room"));
    this.#search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      void this.#find();
    });
    const find = button("secondary", () => void this.#find(), texts.say("setup.search"));
    const searching = el("div", "search-row", this.#search, find);
    this.node = el("section", "panel finder", this.#alert.node, searching, this.#lists, this.#unreadable, this.#said, this.#rooms, this.#files());
  }

  /** Read the lists there are; a box that cannot read them says why, and an address can still be typed. */
  async load() {
    await this.#asking(async () => {
      const { lists, unreadable } = await this.#parts.api.get(`${ROOT}/room-lists`);
      this.#lists.replaceChildren(...lists.map((list) => this.#listButton(list)));
      const rows = unreadable.map((list) => {
        const row = el("li", "check-row", checkNode(this.#parts.texts, { ...list, status: "warn" }, false));
        row.dataset.status = "warn";
        return row;
      });
      this.#unreadable.replaceChildren(...rows);
    });
  }

  #listButton({ name, address }) {
    const { api } = this.#parts;
    const open = button("chip", () => void this.#asking(async () => {
      for (const other of this.#lists.children) other.setAttribute("aria-pressed", String(other === open));
      this.#show((await api.get(`${ROOT}/rooms?list=${encodeURIComponent(address)}`)).rooms);
    }), el("bdi", "", name || address));
    open.setAttribute("aria-pressed", "false");
    return open;
  }

  async #find() {
    const name = this.#search.value.trim();
    if (!name) return this.#search.focus();
    await this.#asking(async () => this.#show((await this.#parts.api.get(`${ROOT}/resolve?name=${encodeURIComponent(name)}`)).rooms));
  }

  async #asking(action) {
    this.#alert.show(null);
    this.node.setAttribute("aria-busy", "true");
    await this.#parts.app.reaching(action, (problem) => this.#alert.show(problem, this.#parts.texts));
    this.node.removeAttribute("aria-busy");
  }

  #show(rooms, errors = []) {
    this.#said.textContent = [this.#parts.texts.say("setup.found", { n: rooms.length }), ...errors].join(" ");
    this.#rooms.replaceChildren(...rooms.map((room) => this.#room(room)));
    setHidden(this.#rooms, rooms.length === 0);
  }

  #room(room) {
    const address = el("bdi", "room-address", room.address);
    address.dir = "ltr";
    const choose = button("room", () => {
      for (const other of this.#rooms.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === choose));
      this.#pick(room);
    }, el("bdi", "room-name", room.name || room.address), address);
    choose.setAttribute("aria-pressed", "false");
    return el("li", "", choose);
  }

  /** Rooms out of a file, and all of Exchange's into one: how a fleet is prepared. */
  #files() {
    const { texts } = this.#parts;
    const input = el("input", "input file");
    Object.assign(input, { type: "file", accept: ".csv,text/csv" });
    input.setAttribute("aria-label", texts.say("setup.csv"));
    input.addEventListener("change", () => void this.#read(input.files[0]));
    const all = el("a", "small-button", texts.say("setup.csv_save"));
    all.href = `${ROOT}/rooms.csv`;
    all.download = "rooms.csv";
    return el("details", "more", el("summary", "", texts.say("setup.csv")), input, el("div", "tools", all));
  }

  async #read(file) {
    if (!file) return;
    const { texts, api } = this.#parts;
    if (file.size > LARGEST_CSV) return this.#alert.show({ title: texts.say("setup.csv_large") }, texts);
    await this.#asking(async () => {
      const { rooms, errors } = await api.post(`${ROOT}/rooms-csv`, { csv: await file.text() });
      this.#show(rooms, errors.map(({ line, title }) => `${line}: ${title}.`));
    });
  }
}
