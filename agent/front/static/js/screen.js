/* Which screen is up, and what it shows right now. */

import { agenda, entryOf } from "./agenda.js";
import { Moments } from "./moments.js";
import { glide } from "./motion.js";
import { ActionsView } from "./render/actions.js";
import { ClockView } from "./render/clock.js";
import { el, setData, setProperty, setText } from "./render/dom.js";
import { LanguageView } from "./render/languages.js";
import { ListView } from "./render/list.js";
import { NoticesView, isForeign } from "./render/notices.js";
import { inOwnWords, isRefusal, offerOf } from "./render/offers.js";
import { StageView } from "./render/stage.js";
import { WelcomeView } from "./render/welcome.js";
import { Sheets } from "./sheets.js";

export class Screen {
  #texts;
  #clock;
  #look;
  #sheets;
  #root;
  #moments = null;
  #state = null;
  #lostSince = null;
  #places = "";
  #layoutName = "";
  #speaking;
  #views;
  #waiting;

  /**
   * @param root where the screen goes
   * @param parts texts, clock, look, api, commands, and `speaking`: the `present` language, the one somebody has
   *   `chosen` (null: the room's), all `languages`, `choose(one)`
   */
  constructor(root, { texts, clock, look, api, commands, speaking }) {
    this.#root = root;
    this.#texts = texts;
    this.#clock = clock;
    this.#look = look;
    this.#speaking = speaking;
    const byHand = (id) => this.#openDetails(id);
    this.#sheets = new Sheets({ texts, clock, api, commands, changed: () => this.refresh(), byHand });
    this.#views = this.#makeViews(commands, api);
    this.#waiting = el("p", "waiting", texts.say("status.waiting"));
    root.replaceChildren(this.#waiting);
    delete root.dataset.screen;
    document.body.append(...this.#sheets.nodes);
  }

  #makeViews(commands, api) {
    const context = {
      texts: this.#texts,
      joining: this.#sheets.joining,
      control: this.#sheets.control,
      commands,
      act: (name, meeting) => this.#act(name, meeting),
      logo: this.#look.logo,
      openDetails: (id) => this.#openDetails(id),
      openBooking: () => this.#openBooking(),
      openTyped: () => this.#sheets.openTyped(),
      refresh: () => this.refresh(),
    };
    const notices = new NoticesView(this.#texts, this.#speaking.present, this.#sheets.control);
    notices.node.append(new LanguageView({ texts: this.#texts, sheet: this.#sheets.sheet, ...this.#speaking }).node);
    return {
      stage: new StageView({ ...context, actions: new ActionsView(context) }),
      clock: new ClockView(),
      list: new ListView(context),
      notices,
      setup: new WelcomeView(this.#texts, api),
    };
  }

  /** Take everything off the page. */
  remove() {
    this.#state = null; // what still runs has nothing to show
    this.#sheets.remove();
    this.#root.replaceChildren();
  }

  /** The element whose rows are the list of meetings. */
  get list() {
    return this.#views.list.node;
  }

  get sheetOpen() {
    return this.#sheets.open;
  }

  show(state) {
    const { language, timezone } = state.room;
    if (this.#state?.room.language !== language || this.#state?.room.timezone !== timezone) {
      this.#moments = new Moments(this.#speaking.chosen ?? language, timezone);
    }
    this.#state = state;
    this.#sheets.control.saw(state);
    this.#look.apply(state.look);
    const places = state.meetings.map(({ id, start, end }) => `${id} ${start} ${end}`).join();
    const moved = this.#places !== "" && places !== this.#places;
    this.#places = places;
    if (!moved) this.refresh();
    else glide(() => this.#root.querySelectorAll(".row, .card"), () => this.refresh());
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
    setData(document.documentElement, "tone", "free");
    const now = this.#clock.now();
    this.#look.pass(now, this.#moments.minuteOfDay(now), true);
    this.#views.setup.update(state);
  }

  #showHome(state) {
    const now = this.#clock.now();
    const { control } = this.#sheets;
    const hoped = control.hoped(state); // the list shows the core's own, as the page reports
    const view = agenda(hoped, now, this.#moments);
    const listed = hoped === state ? view : agenda(state, now, this.#moments);
    const needed = view.tone === "busy" || view.tone === "soon" || state.screen !== "home";
    this.#look.pass(now, this.#moments.minuteOfDay(now), needed || this.sheetOpen);
    const offer = offerOf(hoped, now, this.#moments);
    const elsewhere = (notice) => notice === offer || isRefusal(notice, control.told);
    this.#views.stage.update(hoped, view, offer && this.#inWords(offer), now, this.#moments);
    this.#views.clock.update(now, this.#moments);
    this.#views.list.update(listed, now, this.#moments);
    this.#views.notices.update(hoped, now, this.#lostSince, this.#moments, elsewhere);
  }

  /** In the page's language, where the core speaks another one. */
  #inWords(notice) {
    const foreign = isForeign(this.#state.room.language, this.#speaking.present);
    return foreign ? inOwnWords(notice, this.#texts) : notice;
  }

  #layout(setup) {
    const name = setup ? "setup" : "home";
    if (this.#layoutName === name) return;
    this.#layoutName = name;
    setData(this.#root, "screen", name);
    const { stage, clock, list, notices } = this.#views;
    if (setup) this.#root.replaceChildren(this.#views.setup.node);
    else this.#root.replaceChildren(stage.node, el("aside", "panel", clock.node, list.node, notices.node));
  }

  #openDetails(id) {
    const meeting = this.#state?.meetings.find((candidate) => candidate.id === id);
    if (!meeting) return;
    const entry = entryOf(meeting, this.#clock.now(), this.#moments);
    this.#sheets.openDetails(entry, this.#moments, (name, about) => this.#act(name, about));
  }

  /** What the button of a meeting's action does: at once, or after a question. */
  #act(name, meeting) {
    const until = meeting.extend_until;
    const next = this.#state.meetings.some(({ free, start }) => !free && start === until);
    if (name === "check-in") void this.#sheets.control.checkIn(meeting);
    else if (name === "extend") this.#sheets.openExtend(meeting, next, this.#moments);
    else this.#sheets.openEnding(name, meeting, this.#moments);
  }

  #openBooking() {
    const now = this.#clock.now();
    this.#sheets.openBooking(now, agenda(this.#state, now, this.#moments).until, this.#moments);
  }
}
