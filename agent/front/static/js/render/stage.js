/* The part one reads from the door: room, whether it is free, and the meetings one can join. */

import { CardView } from "./card.js";
import { el, keyed, setData, setOptional, setText } from "./dom.js";
import { OffersView } from "./offers.js";
import { ReleaseView } from "./release.js";

/** `data-crowd` goes from 0, a word to be read from the door, to this. */
const MOST_CROWDED = 5;

/** What the display may have on top of this page. */
const SESSIONS = ["meeting", "content"];

export class StageView {
  #room = el("h1", "room");
  #session = el("p", "session");
  #word = el("p", "availability-word");
  #until = el("p", "availability-until");
  #hint = el("p", "cards-hint");
  #cards = el("div", "cards");
  #availability = el("section", "availability", this.#word, this.#until);
  #views = new WeakMap();
  #context;
  #release;
  #offers;
  #fitted = "";
  node;

  /** @param context texts, joining, control, `openDetails(id)`, `act(name, meeting)`; logo and actions stand here too */
  constructor(context) {
    this.#context = context;
    this.#release = new ReleaseView(context);
    this.#offers = new OffersView(context);
    this.#room.dir = "auto";
    this.#session.setAttribute("role", "status");
    const head = el("header", "stage-head", this.#room, context.logo);
    const asked = [this.#session, this.#release.node, this.#offers.node];
    const hero = el("section", "hero", ...asked, this.#hint, this.#cards, context.actions.node);
    this.#availability.setAttribute("aria-live", "polite");
    this.node = el("main", "stage", head, this.#availability, hero);
    new ResizeObserver(() => this.#fit()).observe(this.node, { box: "border-box" });
  }

  /** @param offer the notice that can be taken back here, or null */
  update(state, view, offer, now, moments) {
    const { texts } = this.#context;
    setText(this.#room, state.room.name || state.room.mailbox);
    setData(document.documentElement, "tone", view.tone);
    setText(this.#word, texts.say(`availability.${view.tone === "soon" ? "free" : view.tone}`));
    setText(this.#until, this.#untilText(state, view, moments));
    setOptional(this.#session, SESSIONS.includes(state.screen) ? texts.say(`session.${state.screen}`) : null);
    setOptional(this.#hint, view.conflict ? texts.say("hero.conflict") : null);
    this.#release.update(view.asked, now, moments);
    this.#offers.update(offer, now, moments);
    this.#showCards(view, now, moments);
    this.#context.actions.update(state, view);
    this.#fit();
  }

  #showCards(view, now, moments) {
    const nothing = view.cards.length === 0 && view.tone !== "unknown";
    const cards = nothing ? [{ role: "nothing", entry: null }] : view.cards;
    const update = (node, card) => this.#views.get(node).update(card, view, now, moments);
    setData(this.#cards, "count", String(cards.length));
    const keyOf = ({ role, entry }) => (entry === null ? role : this.#context.control.nameOf(entry.meeting.id));
    keyed(this.#cards, cards, keyOf, () => this.#create(), update);
  }

  /** The largest word that leaves everything below it whole. Looked for anew when something else is shown. */
  #fit() {
    const hidden = this.node.querySelectorAll("[hidden]").length;
    const words = this.node.textContent.replace(/\d/g, "0"); // all digits are as wide: a countdown changes nothing
    const shown = `${innerWidth}×${innerHeight} ${hidden} ${words}`;
    if (shown === this.#fitted) return;
    this.#fitted = shown;
    for (const card of this.#cards.children) for (const glide of card.getAnimations()) glide.finish(); // it counts as overflow
    for (let crowd = 0; crowd <= MOST_CROWDED; crowd += 1) {
      setData(this.node, "crowd", String(crowd));
      if ([this.#cards, this.#availability].every(isWhole)) return;
    }
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

function isWhole({ scrollHeight, clientHeight, scrollWidth, clientWidth }) {
  return scrollHeight <= clientHeight + 1 && scrollWidth <= clientWidth + 1;
}
