/* A company's own certificate authority: a PEM file, shown by its fingerprint. */

import { button, el, setHidden, setText } from "../../render/dom.js";
import { Field } from "../fields.js";

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;
const LARGEST = 48 * 1024;

export class AuthorityField extends Field {
  #pem = "";
  #told = el("p", "fingerprint");
  #remove;

  constructor(texts) {
    const input = el("input", "input file");
    input.type = "file";
    input.accept = ".pem,.crt,.cer";
    super(texts, "ca", input, { optional: true });
    this.#remove = button("small-button", () => this.#set(""), texts.say("setup.remove"));
    this.node.append(this.#told, this.#remove);
    input.addEventListener("change", () => void this.#read(input.files[0]));
    this.#set("");
  }

  get value() {
    return this.#pem ?? "";
  }

  set value(pem) {
    this.#set(pem ?? "");
  }

  async #read(file) {
    if (!file) return;
    const text = file.size <= LARGEST ? await file.text() : "";
    if (PEM.test(text)) this.#set(text.trim());
    else this.error(this.texts.say("setup.no_certificate"));
    this.control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #set(pem) {
    this.#pem = pem;
    if (!pem) this.control.value = "";
    setHidden(this.#told, !pem);
    setHidden(this.#remove, !pem);
    if (pem) void this.#tell(pem);
  }

  async #tell(pem) {
    setText(this.#told, this.texts.say("setup.fingerprint", { text: `\u2066${await fingerprintOf(pem)}\u2069` }));
  }
}

/** SHA-256 of the first certificate, in pairs of hex digits; a dash where the browser cannot tell. */
async function fingerprintOf(pem) {
  try {
    const der = Uint8Array.from(atob(PEM.exec(pem)[1].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
  } catch {
    return "–";
  }
}
