/* What one can do in this room besides joining what is booked: show a laptop, meet now, join by id or link. */

import { button, el, keyed, setData, setHidden, setOptional, setProperty, setText } from "./dom.js";
import { isolated, troubleOf } from "./meeting.js";

/** Inputs in these states can be shown: what stayed black may be another picture by now. */
const SHOWABLE = ["live", "protected"];
/** Inputs in these states are plugged in and show nothing: worth a word about why. */
const WORTH_A_WORD = ["no_signal", "unstable", "unsupported", "protected"];

export class ActionsView {
  #context;
  #tiles = el("div", "tiles");
  #why = el("p", "tiles-why");
  #meet;
  #typed;
  #trouble = null;
  #timer;
  #shows = true;
  node;

  /** @param context texts, commands, `refresh()`, `openBooking()`, `openTyped()` */
  constructor(context) {
    this.#context = context;
    const { texts } = context;
    this.#meet = button("action", context.openBooking, icon("meet"), texts.say("action.meet_now"));
    this.#typed = button("action", context.openTyped, icon("keys"), texts.say("action.typed"));
    this.#why.setAttribute("role", "status");
    this.node = el("div", "actions", this.#why, this.#tiles, this.#meet, this.#typed);
  }

  update(state, view) {
    const { texts } = this.#context;
    const inputs = state.inputs ?? [];
    const live = inputs.filter((input) => SHOWABLE.includes(input.state));
    this.#shows = (state.commands ?? ["show-input"]).includes("show-input");
    const create = (input) => this.#tile(input);
    keyed(this.#tiles, live, (input) => input.name, create, (node, input) => this.#show(node, input));
    setHidden(this.#tiles, live.length === 0);
    const silent = inputs.find((input) => WORTH_A_WORD.includes(input.state));
    const why = silent && texts.say(`input.${silent.state}`, { label: nameOf(silent) });
    setOptional(this.#why, this.#trouble ?? why ?? null);
    setHidden(this.#meet, !canBook(state, view));
    setData(this.#meet, "first", String(view.tone === "free"));
  }

  #tile({ name }) {
    const press = () => void this.#showInput(name);
    return button("tile", press, icon("screen"), el("span", "tile-text"), el("b", "tile-act"));
  }

  #show(node, input) {
    const { texts } = this.#context;
    const [, text, act] = node.children;
    const key = input.showing ? "input.showing" : "input.live";
    setText(text, texts.say(key, { label: nameOf(input) }));
    setOptional(act, input.showing || !this.#shows ? null : texts.say("input.show"));
    setProperty(node, "disabled", !this.#shows);
    setData(node, "showing", String(input.showing));
    setProperty(node, "ariaPressed", String(input.showing));
  }

  async #showInput(name) {
    const trouble = await this.#context.commands.run("show-input", { input: name });
    this.#trouble = trouble && troubleOf(trouble, this.#context.texts, "input.failed");
    this.#context.refresh();
    clearTimeout(this.#timer);
    if (trouble) this.#timer = setTimeout(() => this.#forget(), 30_000);
  }

  #forget() {
    this.#trouble = null;
    this.#context.refresh();
  }
}

/** Whether the room can be taken now: nobody has it, and the agent takes bookings. */
function canBook({ commands }, { tone }) {
  return (commands ?? []).includes("book") && (tone === "free" || tone === "soon");
}

/** What people call an input, apart from the sentence round it. */
function nameOf({ label, name }) {
  return isolated(label || name);
}

/** A picture for the eye only; the words beside it say the same. */
function icon(name) {
  const node = el("span", `icon icon-${name}`);
  node.setAttribute("aria-hidden", "true");
  return node;
}
