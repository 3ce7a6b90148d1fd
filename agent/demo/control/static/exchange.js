// Exchange itself: whether it runs, what fails on purpose, and the banner that says so.

import { act } from "./actions.js";
import { element, find } from "./dom.js";
import { say } from "./texts.js";

let isUp = true;

export function drawExchange(state) {
  const active = state.faults.filter((fault) => fault.active).map((fault) => fault.name);
  isUp = state.is_up;
  drawSwitch();
  drawFaults(state.faults);
  if (!isUp) announce("down", say("banner.down.title"), say("banner.down.detail"));
  else if (active.length) announce("failing", say("banner.faults.title"), active.map((name) => say(`fault.${name}`)).join(" · "));
  else announce("up");
}

export function drawLost() {
  announce("lost", say("banner.lost.title"), say("banner.lost.detail"));
}

export function wireExchange() {
  find("exchange-switch").addEventListener("click", () => act(isUp ? "exchange/down" : "exchange/up"));
  find("heal").addEventListener("click", () => act("heal"));
}

function announce(state, title = "", detail = "") {
  const pill = find("exchange-state");
  const banner = find("banner");
  setText(pill, say(`exchange.${state}`));
  pill.dataset.state = state;
  banner.dataset.state = state;
  setText(find("banner-title"), title);
  setText(find("banner-detail"), detail);
  find("heal").hidden = state === "lost";
  banner.hidden = state === "up";
}

// an unchanged live region stays silent
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function drawSwitch() {
  const button = find("exchange-switch");
  setText(button, say(isUp ? "exchange.take_down" : "exchange.bring_back"));
  button.className = isUp ? "button danger" : "button healing";
}

function drawFaults(faults) {
  const list = find("faults");
  if (list.children.length !== faults.length) list.replaceChildren(...faults.map(faultSwitch));
  faults.forEach((fault, index) => list.children[index].setAttribute("aria-checked", String(fault.active)));
}

function faultSwitch(fault) {
  const toggle = (event) => {
    const active = event.currentTarget.getAttribute("aria-checked") !== "true";
    act(`faults/${fault.name}`, { active });
  };
  return element(
    "button",
    { type: "button", class: "fault", role: "switch", "data-fault": fault.name, click: toggle },
    element("strong", {}, say(`fault.${fault.name}`)),
    element("span", {}, say(`fault.${fault.name}.hint`)),
  );
}
