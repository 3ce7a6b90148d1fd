// A drawn laptop beside its socket. Made once per input, then kept up to date.

import { send } from "./api.js";
import { element, find, shape } from "./dom.js";
import { preview } from "./preview.js";
import { say, sayOr } from "./texts.js";
import { toast } from "./toasts.js";

const SHOWS = JSON.parse(find("shows").textContent);
const LOOSE = "M 158 84 C 186 84 174 116 202 114 C 216 113 212 97 228 97";
const IN = "M 158 84 C 184 84 188 76 204 70 C 220 64 232 63 252 63";

const laptops = new Map();

// `inputs` as the core reports them, `state` of the drawn laptops
export function drawLaptops(inputs, state) {
  for (const [name, laptop] of Object.entries(state)) {
    const input = inputs.find((each) => each.name === name);
    if (!laptops.has(name)) {
      laptops.set(name, make(name, input?.label || name.toUpperCase(), input?.kind ?? name));
      find("laptops").append(laptops.get(name).node);
    }
    laptops.get(name).update(input, laptop);
  }
}

function make(name, label, kind) {
  let plugged = false;
  const toggle = () => attempt("plug", { input: name, plugged: !plugged });
  const glass = shape("g");
  const cable = shape("path", { class: "cable" });
  const plug = element("button", { type: "button", class: "plug", "data-kind": kind, tabindex: "-1", "aria-hidden": "true", click: toggle }, picture(label, kind, glass, cable));
  const call = element("button", { type: "button", class: "call", click: toggle });
  const signal = element("p", { class: "signal", role: "status" });
  const chips = SHOWS.map((shows) => chip(name, shows));
  const legend = element("legend", { class: "visually-hidden" }, say("laptop.title", { label }));
  const choice = element("div", { class: "chips", role: "radiogroup", "aria-label": say("laptop.shows") }, ...chips.map(([, node]) => node));
  const node = element("fieldset", { class: "laptop" }, legend, plug, element("div", { class: "about" }, call, signal), choice);

  function update(input, laptop) {
    plugged = laptop.plugged;
    plug.setAttribute("aria-pressed", plugged);
    cable.style.d = `path("${plugged ? IN : LOOSE}")`;
    cable.setAttribute("d", plugged ? IN : LOOSE);
    call.textContent = say(plugged ? "laptop.unplug" : "laptop.plug", { label });
    node.dataset.plugged = plugged;
    node.dataset.signal = input?.state ?? "unknown";
    signal.textContent = input?.showing ? say("signal.showing") : sayOr(`signal.${node.dataset.signal}`, node.dataset.signal);
    for (const [radio] of chips) radio.checked = radio.value === laptop.shows;
    if (glass.dataset.shows !== laptop.shows) {
      glass.dataset.shows = laptop.shows;
      glass.replaceChildren(...preview(laptop.shows));
    }
  }

  return { node, update };
}

function chip(name, shows) {
  const change = () => attempt("show", { input: name, shows });
  const radio = element("input", { type: "radio", name: `shows-${name}`, value: shows, change });
  return [radio, element("label", { class: "chip", title: say(`shows.${shows}.hint`) }, radio, element("span", {}, say(`shows.${shows}`)))];
}

function picture(label, kind, glass, cable) {
  return shape("svg", { viewBox: "0 0 360 122", focusable: "false" },
    shape("rect", { class: "lid", x: 22, y: 6, width: 132, height: 86, rx: 6 }),
    shape("rect", { class: "glass", x: 28, y: 12, width: 120, height: 68, rx: 2 }),
    shape("svg", { x: 28, y: 12, width: 120, height: 67.5, viewBox: "0 0 160 90" }, glass),
    shape("path", { class: "base", d: "M 8 94 h 160 l -4 10 q -1 3 -5 3 h -142 q -4 0 -5 -3 z" }),
    cable,
    shape("g", { class: "end" },
      shape("rect", { class: "metal", x: 250, y: 89, width: 16, height: 16, rx: 2 }),
      shape("rect", { class: "grip", x: 226, y: 83, width: 27, height: 28, rx: 6 }),
      kind === "vga" ? shape("path", { class: "metal", d: "M 236 79 h 12 v 4 h -12 z M 236 111 h 12 v 4 h -12 z" }) : null),
    shape("rect", { class: "plate", x: 276, y: 26, width: 78, height: 74, rx: 9 }),
    shape("rect", { class: "hole", x: 276, y: 52, width: 5, height: 22, rx: 1 }),
    shape("circle", { class: "light", cx: 296, cy: 44, r: 5 }),
    shape("text", { class: "name", x: 290, y: 88 }, label.slice(0, 8)),
  );
}

async function attempt(path, body) {
  try {
    await send(path, body);
  } catch (error) {
    toast(error.message, "problem");
  }
}
