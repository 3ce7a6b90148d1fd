/* Which screen is up, and what it shows right now. */

import { agenda, entryOf } from "./agenda.js";
import { Moments } from "./moments.js";
import { ClockView } from "./render/clock.js";
import { detailsOf } from "./render/details.js";
import { Sheet, confirmHost } from "./render/dialog.js";
import { el, setData, setProperty, setText } from "./render/dom.js";
import { LanguageView } from "./render/languages.js";
import { ListView } from "./render/list.js";
import { NoticesView } from "./render/notices.js";
import { SetupView } from "./render/setup.js";
import { StageView } from "./render/stage.js";

export class Screen {
  #texts;
  #clock;
  #joining;
  #root;
  #sheet = new Sheet();
  #moments = null;
  #state = null;
  #lostSince = null;
  #speaking;
  #views;
  #waiting;

  /**
   * @param root where the screen goes @param {(confirm, changed) => Joining} makeJoining
   * @param speaking `present` language, the one somebody has `chosen` (null: the room's), all `languages`, `choose(one)`
   */
  constructor(root, texts, clock, makeJoining, speaking) {
    this.#speaking = speaking;
    this.#root = root;
    this.#texts = texts;
    this.#clock = clock;
    const confirm = (_, host) => confirmHost(this.#sheet, texts, host);
    this.#joining = makeJoining({ confirm, changed: () => this.refresh() });
    const context = {
      texts,
      joining: this.#joining,
      openDetails: (id) => this.#openDetails(id),
      refresh: () => this.refresh(),
    };
    this.#views = {
      stage: new StageView(context),
      clock: new ClockView(),
      list: new ListView(context),
      notices: new NoticesView(texts),
      setup: new SetupView(texts),
    };
    this.#views.notices.node.append(new LanguageView({ texts, sheet: this.#sheet, ...speaking }).node);
    this.#waiting = el("p", "waiting", texts.say("status.waiting"));
    root.replaceChildren(this.#waiting);
    document.body.append(this.#sheet.node);
  }

  /** The element whose rows are the list of meetings. */
  get list() {
    return this.#views.list.node;
  }

  show(state) {
    const { language, timezone } = state.room;
    if (this.#state?.room.language !== language || this.#state?.room.timezone !== timezone) {
      this.#moments = new Moments(this.#speaking.chosen ?? language, timezone);
    }
    this.#state = state;
    this.refresh();
  }

  /** The line to the core broke at this instant, or stands (null). */
  lost(since) {
    this.#lostSince = since;
    if (!this.#state) setText(this.#waiting, this.#texts.say(since === null ? "status.waiting" : "status.lost"));
    this.refresh();
  }

  /** Show the last state as it is at the clock's present instant. */
  refresh() {
    if (!this.#state) return;
    const state = this.#state;
    const setup = state.screen === "setup";
    this.#layout(setup);
    setProperty(document, "title", state.room.name || this.#texts.say("page.title"));
    if (setup) this.#showSetup(state);
    else this.#showHome(state);
  }

  #showSetup(state) {
    setData(document.documentElement, "tone", "unknown");
    this.#views.setup.update(state);
  }

  #showHome(state) {
    const now = this.#clock.now();
    const view = agenda(state, now, this.#moments);
    this.#views.stage.update(state, view, now, this.#moments);
    this.#views.clock.update(now, this.#moments);
    this.#views.list.update(view, now, this.#moments);
    this.#views.notices.update(state, now, this.#lostSince, this.#moments);
  }

  #layout(setup) {
    const name = setup ? "setup" : "home";
    if (this.#root.dataset.screen === name) return;
    setData(this.#root, "screen", name);
    const { stage, clock, list, notices } = this.#views;
    if (setup) this.#root.replaceChildren(this.#views.setup.node);
    else this.#root.replaceChildren(stage.node, el("aside", "panel", clock.node, list.node, notices.node));
  }

  #openDetails(id) {
    const meeting = this.#state.meetings.find((candidate) => candidate.id === id);
    if (!meeting) return;
    const entry = entryOf(meeting, this.#clock.now(), this.#moments);
    const close = () => this.#sheet.close();
    this.#sheet.show(detailsOf(entry, { texts: this.#texts, moments: this.#moments, joining: this.#joining, close }));
  }
}
