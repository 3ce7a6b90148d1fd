/* Which page is up: signing in, the views, or a message that nobody answers. */

import { el, setHidden, setText } from "../render/dom.js";
import { Dashboard } from "./dashboard.js";
import { SignInView } from "./sign_in.js";
import { OpsStream } from "./stream.js";
import { Times } from "./times.js";
import { waitingView } from "./waiting.js";

export class App {
  #parts;
  #root = el("div", "frame");
  #lost = el("p", "lost");
  #stream = null;
  #view = null;
  #heardAt = null;
  #wasIn = false;

  /** @param parts api, texts, language, languages */
  constructor(root, parts) {
    this.#parts = { ...parts, app: this, times: new Times(parts.language, "UTC") };
    this.#lost.setAttribute("role", "status");
    setHidden(this.#lost, true);
    root.replaceChildren(this.#lost, this.#root);
  }

  /** Listen for ever; what is shown follows from what is heard. */
  start() {
    this.#stream?.stop();
    this.#stream = new OpsStream({
      onState: (state) => this.#show(state),
      onLine: (connected) => this.#line(connected),
      onClosed: () => this.closed(),
    });
    this.#line(true);
    if (this.#view === null) this.#put(waitingView(this.#parts, "ops.connecting"));
    void this.#stream.run();
  }

  /** There is no session, or it has ended. */
  closed() {
    this.#stream?.stop();
    this.#line(true);
    if (this.#view instanceof SignInView) return;
    this.#put(new SignInView(this.#parts, this.#wasIn));
    this.#wasIn = false;
  }

  /** Somebody has left by themselves. */
  left() {
    this.#wasIn = false;
    this.closed();
  }

  #show(state) {
    const { times } = this.#parts;
    this.#heardAt = state.now;
    this.#wasIn = true;
    times.follow(state);
    if (!(this.#view instanceof Dashboard)) this.#put(new Dashboard(this.#parts, state));
    this.#view.update(state);
  }

  #line(connected) {
    const { texts, times } = this.#parts;
    const shown = this.#view instanceof Dashboard;
    setHidden(this.#lost, connected || !shown);
    if (connected) return shown && this.#view.live(true);
    if (shown) {
      this.#view.live(false);
      setText(this.#lost, texts.say("ops.lost", { time: times.clock(this.#heardAt) }));
    } else if (!(this.#view instanceof SignInView)) {
      this.#put(waitingView(this.#parts, "ops.unreachable.title"));
    }
  }

  #put(view) {
    if (this.#view?.key !== undefined && this.#view.key === view.key) return;
    this.#view?.remove?.();
    this.#view = view;
    this.#root.replaceChildren(view.node);
    view.shown?.();
  }
}
