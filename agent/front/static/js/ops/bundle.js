/* The file for support, saved by the browser. */

import { RequestError } from "../api.js";
import { button, el, setText } from "../render/dom.js";
import { Alert } from "../setup/message.js";
import { ROOT } from "./paths.js";
import { section } from "./section.js";

const FILE = "room-agent-support.zip";

export class BundleView {
  #parts;
  #alert = new Alert();
  #said = el("span", "said");
  #save;
  node;

  constructor(parts) {
    const { texts } = parts;
    this.#parts = parts;
    this.#said.setAttribute("role", "status");
    this.#save = button("secondary", () => void this.#take(), texts.say("ops.bundle.save"));
    const tools = el("div", "tools", this.#save, this.#said);
    const lead = el("p", "lead", texts.say("ops.bundle.lead"));
    this.node = section("bundle", texts.say("ops.bundle"), [], lead, this.#alert.node, tools);
  }

  async #take() {
    const { api, app, texts } = this.#parts;
    this.#save.disabled = true;
    this.#alert.show(null);
    setText(this.#said, texts.say("ops.bundle.making"));
    try {
      save(await api.file(`${ROOT}/bundle`), FILE);
      setText(this.#said, texts.say("ops.bundle.saved", { file: FILE }));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setText(this.#said, "");
      if (error.problem.code === "ops.no_session") app.closed();
      else this.#alert.show(error.unreachable ? { title: texts.say("ops.unreachable.title") } : error.problem, texts);
    } finally {
      this.#save.disabled = false;
    }
  }
}

function save(blob, name) {
  const link = el("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
