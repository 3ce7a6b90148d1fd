/* A QR code that a phone's camera reads, there for half a minute: it carries the way in, and the room has many eyes. */

import { button, el, setText } from "./dom.js";

const SHOWN_S = 30;

/** A button; pressed, the code takes its place until its time is over or it is pressed away. */
export function qrButton(meeting, way, label, texts) {
  const path = `/api/v1/meetings/${encodeURIComponent(meeting.id)}/qr/${way}`;
  const show = button("plain small", () => void reveal(), label);
  const node = el("div", "qr-place", show);
  return node;

  function reveal() {
    const image = el("img", "qr-code");
    const rest = el("p", "qr-rest");
    const hide = button("plain small", close, texts.say("details.hide"));
    let left = SHOWN_S;
    image.alt = texts.say("qr.alt", { label });
    image.src = path;
    image.addEventListener("error", () => {
      close();
      setText(show, texts.say("qr.failed"));
    });
    node.replaceChildren(el("figure", "qr", image, el("figcaption", "qr-text", texts.say("qr.hint"), rest)), hide);
    tell();
    hide.focus();
    const timer = setInterval(tick, 1_000);

    function tick() {
      left -= 1;
      if (left <= 0 || !node.isConnected) close();
      else tell();
    }

    function tell() {
      setText(rest, texts.say("qr.rest", { n: left }));
    }

    function close() {
      clearInterval(timer);
      node.replaceChildren(show);
    }
  }
}
