/* Signing in with a code: an address, the code, and how long it is good; a person does it on any device. */

import { RequestError } from "../api.js";
import { button, el, setHidden } from "../render/dom.js";
import { Alert } from "./message.js";
import { ROOT } from "./paths.js";
import { Countdown } from "./time.js";

const LOOK_MS = 2_000;
const PATH = `${ROOT}/sign-in`;

export class SignIn {
  #parts;
  #done;
  #timer = null;
  #alert = new Alert();
  #place = el("div", "sign-in");
  #left;
  node = el("section", "panel");

  /** @param done called once somebody has signed in */
  constructor(parts, done) {
    this.#parts = parts;
    this.#done = done;
    this.#left = new Countdown((n) => parts.texts.say("setup.code_ends", { n }), () => this.#over(null));
    this.node.append(this.#alert.node, this.#place, this.#left.node);
    setHidden(this.node, true);
  }

  /** Get a code and show it. */
  async begin() {
    const { api, texts } = this.#parts;
    this.stop();
    setHidden(this.node, false);
    this.#alert.show(null);
    const { url, code, expires } = await api.post(PATH, {});
    const picture = el("img", "qr");
    picture.src = `${ROOT}/qr?text=${encodeURIComponent(url)}`;
    picture.alt = texts.say("setup.qr_alt");
    const where = el("bdi", "address", url);
    const what = el("bdi", "device-code", code);
    where.dir = what.dir = "ltr";
    this.#place.replaceChildren(picture, el("div", "", el("p", "lead", texts.say("setup.sign_in")), where, what));
    this.node.scrollIntoView({ block: "nearest" });
    this.#left.start(Date.parse(expires) - Date.now());
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#left.stop();
  }

  async #look() {
    let state;
    try {
      state = await this.#parts.api.get(PATH);
    } catch (error) {
      if (error instanceof RequestError) return; // the next look may reach it
      throw error;
    }
    if (state.state === "waiting") return;
    if (state.state === "failed") return this.#over(state);
    this.stop();
    setHidden(this.#left.node, true);
    this.#place.replaceChildren(el("p", "note good", this.#parts.texts.say("setup.signed_in")));
    this.#done();
  }

  #over(problem) {
    const { texts, app } = this.#parts;
    this.stop();
    setHidden(this.#left.node, true);
    this.#alert.show(problem, texts);
    const refused = (why) => this.#alert.show(why, texts);
    const again = button("secondary", () => void app.reaching(() => this.begin(), refused), texts.say("setup.new_code"));
    this.#place.replaceChildren(again);
  }
}
