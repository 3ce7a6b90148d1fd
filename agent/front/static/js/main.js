/* The home screen: puts the parts together and starts them. */

import { Api } from "./api.js";
import { ServerClock } from "./clock.js";
import { Joining } from "./join.js";
import { reloadOnce } from "./reload.js";
import { Screen } from "./screen.js";
import { RoomStream } from "./stream.js";
import { Texts, chooseLanguage } from "./texts.js";
import { Truth } from "./truth.js";

const LOST_AFTER_MS = 3_000;
const TICK_MS = 1_000;

const FORGOTTEN_AFTER_MS = 10 * 60_000;

const language = document.documentElement.lang;
const languages = metaContent("room-agent-languages").split(" ");
const chosen = languages.find((tag) => tag === new URLSearchParams(location.search).get("language")) ?? null;
const texts = new Texts(JSON.parse(document.getElementById("texts").textContent), language);
const clock = new ServerClock(() => performance.now());
const api = new Api(metaContent("room-agent-token"));
const screen = new Screen(document.getElementById("app"), texts, clock, (hooks) => new Joining(api, hooks), {
  present: language,
  chosen,
  languages,
  choose: speak,
});
const truth = new Truth(api, screen.list, clock);

let brokenSince = null;
let touchedAt = performance.now();

window.addEventListener("error", (event) => truth.failed(event.message));
window.addEventListener("unhandledrejection", (event) => truth.failed(event.reason));
for (const event of ["pointerdown", "keydown"]) {
  window.addEventListener(event, () => (touchedAt = performance.now()), { capture: true, passive: true });
}
setInterval(tick, TICK_MS);
void new RoomStream(take, onLine, (error) => truth.failed(error)).run();

/** A state that cannot be shown is reported and the one before stays; the next may be better. */
function take(state) {
  clock.sync(state.now);
  try {
    followLanguage(state.room.language);
    screen.show(state);
    truth.rendered(state.revision);
  } catch (error) {
    truth.failed(error);
    void truth.report();
  }
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
  if (chosen !== null && performance.now() - touchedAt > FORGOTTEN_AFTER_MS) speak(null);
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
