/* A room that has no configuration yet: what to do, and where. */

import { el, keyed, setText } from "./dom.js";

const FILE = "config.toml";
const EXAMPLE = "config.example.toml";
const CHECK = "room-agent check-config config.toml";

export class SetupView {
  #room = el("p", "setup-room");
  #notices = el("ul", "setup-notices");
  node;

  constructor(texts) {
    const steps = el(
      "ol",
      "setup-steps",
      step(withCode(texts, "setup.step_file", { file: FILE, example: EXAMPLE })),
      step(withCode(texts, "setup.step_check", { command: CHECK })),
      step([texts.say("setup.step_start")]),
    );
    const origin = el("code", "", location.origin);
    const address = el("p", "setup-address", el("span", "", texts.say("setup.address")), origin);
    this.node = el(
      "main",
      "setup",
      this.#room,
      el("h1", "setup-title", texts.say("setup.title")),
      el("p", "setup-detail", texts.say("setup.detail")),
      steps,
      this.#notices,
      address,
    );
  }

  update(state) {
    setText(this.#room, state.room.name || state.room.mailbox);
    const create = () => el("li", "", el("strong"), el("span"));
    keyed(this.#notices, state.notices, (notice) => notice.code, create, (node, notice) => {
      setText(node.children[0], notice.title);
      setText(node.children[1], notice.detail);
    });
  }
}

function step(content) {
  return el("li", "", el("span", "", ...content));
}

/** A sentence whose places become code, wherever the language puts them. */
function withCode(texts, key, places) {
  const marked = Object.fromEntries(Object.keys(places).map((name) => [name, `\u0000${name}\u0000`]));
  const pieces = texts.say(key, marked).split("\u0000");
  return pieces.map((piece, index) => (index % 2 === 1 ? el("code", "", places[piece]) : piece));
}
