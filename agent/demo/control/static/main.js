// Reads the state once a second and hands it to the parts that draw; buttons act on their own and ask for a fresh one.

import { act, onDone } from "./actions.js";
import { readState, view } from "./api.js";
import { wireBooking } from "./book.js";
import { drawDay } from "./day.js";
import { element, find } from "./dom.js";
import { drawExchange, drawLost, wireExchange } from "./exchange.js";
import { drawInbox, modeOf, wireInbox } from "./inbox.js";
import { drawInvitations, wireInvitations } from "./invitations.js";
import { drawRequests } from "./requests.js";
import { say } from "./texts.js";
import { dayAfter, now, setServerTime } from "./time.js";

const PERIOD_MS = 1000;

let state = null;
let timer = 0;
let reading = false;
let again = false;
let isLost = false;

async function update() {
  clearTimeout(timer);
  again = reading;
  if (reading) return;
  reading = true;
  try {
    take(await readState());
  } catch (error) {
    console.warn(error); // whatever went wrong, the next round tries again
    isLost = true;
    drawLost();
  } finally {
    reading = false;
    timer = setTimeout(update, again ? 0 : PERIOD_MS);
  }
}

function take(fresh) {
  if (fresh) {
    state = fresh;
    setServerTime(state.now);
    drawRooms(state);
    drawInbox(state);
    drawInvitations(state);
    drawRequests(state.requests, state.timezone);
  }
  if (fresh || isLost) drawExchange(state);
  isLost = false;
  drawDay(state, now());
}

function drawRooms({ rooms, room }) {
  const select = find("room");
  if (select.options.length !== rooms.length) {
    select.replaceChildren(...rooms.map(({ name, address }) => element("option", { value: address }, name)));
  }
  select.value = room.address;
}

function look(change) {
  Object.assign(view, change);
  update();
}

function wireDay() {
  find("room").addEventListener("change", (event) => look({ room: event.target.value }));
  find("day-today").addEventListener("click", () => look({ day: "" }));
  find("day-previous").addEventListener("click", () => look({ day: dayAfter(state.day, -1) }));
  find("day-next").addEventListener("click", () => look({ day: dayAfter(state.day, 1) }));
  const dialog = find("confirm");
  find("reset").addEventListener("click", () => {
    dialog.returnValue = "no";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && act("reset", {}, say("done.reset")));
}

onDone(update);
wireDay();
wireExchange();
wireInbox();
wireInvitations();
wireBooking(() => (state ? modeOf(state.mailbox) : "all"));
addEventListener("resize", () => state && drawDay(state, now()));
update();
