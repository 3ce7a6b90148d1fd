// What the box reports, and the accidents.

import { send } from "./api.js";
import { element, find } from "./dom.js";
import { say, sayOr } from "./texts.js";
import { toast } from "./toasts.js";

const ACCIDENTS = ["home", "shell", "player", "meeting"];
const MOODS = { live: "good", unstable: "warn", no_signal: "warn", protected: "warn", unsupported: "bad" };

const buttons = new Map();

export function wireAccidents() {
  for (const name of ACCIDENTS) {
    const cause = () => accident(name);
    const texts = [element("strong", {}, say(`accident.${name}`)), element("span", {}, say(`accident.${name}.hint`))];
    buttons.set(name, element("button", { type: "button", class: "accident", "data-accident": name, click: cause }, ...texts));
  }
  find("accidents").append(...buttons.values());
}

async function accident(name) {
  try {
    await send("accident", { accident: name });
    toast(say(`done.${name}`));
  } catch (error) {
    toast(error.message, "problem");
  }
}

export function drawSide({ room, victims, restarts }) {
  for (const [name, button] of buttons) button.setAttribute("aria-disabled", !victims.includes(name));
  find("front").textContent = frontOf(room);
  const rows = [
    [say("status.front"), frontOf(room)],
    ...(room?.inputs ?? []).map((input) => [input.label || input.name, signalOf(input), MOODS[input.state] ?? "none"]),
    [say("status.restarts"), String(restarts)],
    [say("status.core"), say(room ? "status.core.up" : "status.core.down"), room ? "good" : "bad"],
  ];
  find("facts").replaceChildren(...rows.map(([term, fact, mood]) => element("div", {}, element("dt", {}, term), element("dd", { "data-mood": mood }, fact))));
  drawNotices(room?.notices ?? []);
}

function frontOf(room) {
  return room ? sayOr(`screen.front.${room.screen}`, room.screen) : say("screen.front.none");
}

function signalOf(input) {
  return input.showing ? say("signal.showing") : sayOr(`signal.${input.state}`, input.state);
}

function drawNotices(notices) {
  const lines = notices.map(({ severity, title, detail }) => element("li", { "data-severity": severity }, element("strong", {}, title ?? ""), detail ?? ""));
  find("notices").replaceChildren(...(lines.length ? lines : [element("li", {}, say("status.no_problems"))]));
}
