// The live picture: asks for the next one as soon as the last is drawn, and only while somebody looks.

import { find } from "./dom.js";
import { say } from "./texts.js";

const AGAIN_MS = 1000;
const LOST_AFTER = 3;

const canvas = find("screen");
const drawing = canvas.getContext("2d", { alpha: false });

let frame = "0";
let failures = 0;

export async function watch() {
  for (;;) {
    await looking();
    try {
      await next();
      failures = 0;
    } catch {
      failures += 1;
      if (failures === LOST_AFTER) lost();
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

function looking() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

async function next() {
  const answer = await fetch(`/api/picture?after=${frame}`, { cache: "no-store", signal: AbortSignal.timeout(30_000) });
  if (answer.status === 204) return;
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const picture = await createImageBitmap(await answer.blob());
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  drawing.drawImage(picture, 0, 0);
  picture.close();
  frame = answer.headers.get("X-Frame");
  find("television").dataset.state = "live";
}

function lost() {
  find("on-screen").textContent = say("screen.lost");
  find("television").dataset.state = "lost";
}
