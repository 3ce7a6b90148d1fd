/* The part one reads from the door: room, whether it is free, and the meetings one can join. */

import { CardView } from "./card.js";
import { el, keyed, setData, setOptional, setText } from "./dom.js";

export class StageView {
  #room = el("h1", "room");
  #word = el("p", "availability-word");
  #until = el("p", "availability-until");
  #hint = el("p", "cards-hint");
  #cards = el("div", "cards");
  #views = new WeakMap();
  #context;
  node = el("main", "stage", this.#room, this.#availability(), el("section", "hero", this.#hint, this.#cards));

  /** @param context texts, joining and `openDetails(id)`, for all cards */
  constructor(context) {
    this.#context = context;
    this.#room.dir = "auto";
  }

  #availability() {
    const node = el("section", "availability", this.#word, this.#until);
    node.setAttribute("aria-live", "polite");
    return node;
  }

  update(state, view, now, moments) {
    const { texts } = this.#context;
    setText(this.#room, state.room.name || state.room.mailbox);
    setData(document.documentElement, "tone", view.tone);
    setText(this.#word, texts.say(`availability.${view.tone === "soon" ? "free" : view.tone}`));
    setText(this.#until, this.#untilText(state, view, moments));
    setOptional(this.#hint, view.conflict ? texts.say("hero.conflict") : null);
    this.#showCards(view, now, moments);
  }

  #showCards(view, now, moments) {
    const nothing = view.cards.length === 0 && view.tone !== "unknown";
    const cards = nothing ? [{ role: "nothing", entry: null }] : view.cards;
    const update = (node, card) => this.#views.get(node).update(card, view, now, moments);
    setData(this.#cards, "count", String(cards.length));
    keyed(this.#cards, cards, keyOf, () => this.#create(), update);
  }

  #create() {
    const view = new CardView(this.#context);
    this.#views.set(view.node, view);
    return view.node;
  }

  #untilText(state, view, moments) {
    const { texts } = this.#context;
    if (state.calendar.as_of === null) return texts.say("status.never");
    if (view.tone === "unknown") return texts.say("availability.unknown_detail");
    if (view.untilKind !== "time") return texts.say(`availability.${view.untilKind}`);
    return texts.say("availability.until", { time: moments.time(view.until) });
  }
}

function keyOf(card) {
  return card.entry === null ? card.role : card.entry.meeting.id;
}
