// What is pressed and typed on the picture goes to the screen, in order; of many moves the last one counts.

import { send } from "./api.js";
import { find } from "./dom.js";
import { toast } from "./toasts.js";

const MOST = 32;
const NAMED = new Set([
  ...["Enter", "Backspace", "Escape", "Delete", "Home", "End", "PageUp", "PageDown"],
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
]);

const canvas = find("screen");
let waiting = [];
let sending = false;

export function wireHands() {
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    act({ do: "down", ...place(event) });
  });
  canvas.addEventListener("pointermove", (event) => act({ do: "move", ...place(event) }));
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => act({ do: "up", ...place(event) }));
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own; Tab leaves the picture
    if (event.key.length !== 1 && !NAMED.has(event.key)) return;
    event.preventDefault();
    act({ do: "key", key: event.key });
  });
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  const share = (value, size) => Math.min(1, Math.max(0, value / size));
  return { x: share(event.clientX - box.left, box.width), y: share(event.clientY - box.top, box.height) };
}

function act(what) {
  if (what.do === "move" && waiting.at(-1)?.do === "move") waiting.pop();
  waiting.push(what);
  if (!sending) flush();
}

async function flush() {
  sending = true;
  while (waiting.length) {
    const acts = waiting.splice(0, MOST);
    try {
      await send("hands", { acts });
    } catch (error) {
      waiting = [];
      if (acts.some(({ do: kind }) => kind !== "move")) toast(error.message, "problem");
    }
  }
  sending = false;
}
