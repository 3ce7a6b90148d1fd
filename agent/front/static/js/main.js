/* The home screen: puts the parts together and starts them. */

import { Api, Commands } from "./api.js";
import { ServerClock } from "./clock.js";
import { guardKeys } from "./keys.js";
import { Look } from "./look.js";
import { reloadOnce } from "./reload.js";
import { Screen } from "./screen.js";
import { RoomStream } from "./stream.js";
import { Texts, chooseLanguage } from "./texts.js";
import { Truth } from "./truth.js";

const LOST_AFTER_MS = 3_000;
const TICK_MS = 1_000;

const FORGOTTEN_AFTER_MS = 10 * 60_000;
const LEFT_AFTER_MS = 2 * 60_000;

const language = document.documentElement.lang;
const languages = metaContent("room-agent-languages").split(" ");
const chosen = languages.find((tag) => tag === new URLSearchParams(location.search).get("language")) ?? null;
const texts = new Texts(JSON.parse(document.getElementById("texts").textContent), language);
const clock = new ServerClock(() => performance.now());
const api = new Api(metaContent("room-agent-token"));
const look = new Look(document.documentElement);
const speaking = { present: language, chosen, languages, choose: speak };
let screen = build();
let shown = null;
let undrawable = false;
const truth = new Truth(api, () => screen.list, clock);

let brokenSince = null;
let touchedAt = performance.now();

document.body.append(look.night);
window.addEventListener("error", (event) => truth.failed(event.message));
window.addEventListener("unhandledrejection", (event) => truth.failed(event.reason));
for (const event of ["pointerdown", "keydown"]) {
  window.addEventListener(event, touched, { capture: true, passive: true });
}
const focus = guardKeys(document.body, [".here", ".join", ".row-join", ".row-open"]);
setInterval(tick, TICK_MS);
void new RoomStream({
  onState: take,
  onLine,
  onError: (error) => truth.failed(error),
  onRepair: repair,
}).run();

function build() {
  const root = document.getElementById("app");
  return new Screen(root, { texts, clock, look, api, commands: new Commands(api), speaking });
}

/** A state that cannot be shown is reported and the one before stays; the next may be better. */
function take(state) {
  clock.sync(state.now);
  try {
    followLanguage(state.room.language);
    draw(state);
    undrawable = false;
    truth.rendered(state.revision);
  } catch (error) {
    undrawable = true;
    truth.failed(error);
    void truth.report();
  }
}

/** A screen that could not be drawn is thrown away and made anew: with this state, else with the last that could. */
function draw(state) {
  try {
    screen.show(state);
  } catch (error) {
    if (!redrawn(state)) {
      if (!shown || !redrawn(shown)) screen = rebuilt();
      throw error;
    }
    truth.failed(error);
  }
  shown = state;
}

function rebuilt() {
  screen.remove();
  return build();
}

/** The core has found that this page shows something else. A state it cannot draw, it could not draw anew either. */
function repair({ revision, page_id: page }) {
  const meant = !page || page === truth.pageId;
  if (meant && !undrawable && !screen.sheetOpen) reloadOnce(`repair ${revision}`);
}

function redrawn(state) {
  screen = rebuilt();
  try {
    screen.show(state);
    return true;
  } catch {
    return false;
  }
}

function touched() {
  touchedAt = performance.now();
  look.touched();
  truth.touched();
}

/** The room's language, unless somebody has chosen one. */
function followLanguage(asked) {
  if (chosen !== null) return;
  const wanted = chooseLanguage(asked, languages);
  if (wanted !== language) reloadOnce(`language ${wanted}`);
}

/** After a break, report at once: if the front was restarted, that fetches a new token before anybody presses Join. */
function onLine(connected) {
  if (!connected) {
    brokenSince ??= clock.now();
  } else if (brokenSince !== null) {
    brokenSince = null;
    screen.lost(null);
    void truth.report();
  }
}

function tick() {
  const untouched = performance.now() - touchedAt;
  if (chosen !== null && brokenSince === null && untouched > FORGOTTEN_AFTER_MS) speak(null);
  if (untouched > LEFT_AFTER_MS && !screen.sheetOpen) focus.leave(); // no ring burns into the panel
  if (brokenSince !== null && clock.now() - brokenSince > LOST_AFTER_MS) screen.lost(brokenSince);
  else screen.refresh();
}

/** Somebody wants another language, or nobody has been here for a while (null): the room's. */
function speak(wanted) {
  location.replace(wanted === null ? "/" : `/?language=${encodeURIComponent(wanted)}`);
}

function metaContent(name) {
  return document.querySelector(`meta[name="${name}"]`).content;
}
