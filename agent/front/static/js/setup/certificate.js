/* Key and certificate made on the box: the public part is what the administrator uploads in Entra. */

import { button, el } from "../render/dom.js";
import { codeBlock } from "./copying.js";
import { Alert } from "./message.js";
import { ROOT } from "./paths.js";
import { dayText } from "./time.js";

const PATH = `${ROOT}/certificate`;

export class Certificate {
  #parts;
  #place = el("div", "group");
  #alert = new Alert();
  #known = false;
  node = el("section", "panel");

  constructor(parts) {
    const { texts } = parts;
    this.#parts = parts;
    const make = button("secondary", () => void this.#make(), texts.say("setup.make_certificate"));
    this.#place.append(el("p", "lead", texts.say("setup.make_certificate_detail")), make);
    this.node.append(this.#alert.node, this.#place);
  }

  /** Show the one there is. */
  async look() {
    if (this.#known) return;
    await this.#parts.app.reaching(async () => this.#show(await this.#parts.api.get(PATH))); // none yet: as it is
  }

  async #make() {
    const { api, app, texts } = this.#parts;
    this.#alert.show(null);
    await app.reaching(async () => this.#show(await api.post(PATH, {})), (problem) => this.#alert.show(problem, texts));
  }

  #show({ pem, thumbprint, ends }) {
    const { texts, language } = this.#parts;
    this.#known = true;
    const print = texts.say("setup.thumbprint", { text: `\u2066${thumbprint}\u2069`, day: dayText(ends, language) });
    const block = codeBlock(texts, pem, { file: "room-agent.cer", label: texts.say("setup.certificate") });
    this.#place.replaceChildren(el("p", "lead", texts.say("setup.upload_certificate")), el("p", "fingerprint", print), block);
  }
}
