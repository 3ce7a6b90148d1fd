/* Which language the screen speaks: the room's, or for a while that of who stands before it; and the way to the
   settings, which ask for a PIN. */

import { button, el, setText } from "./dom.js";

/** A button with the present language's own name; pressed, all there are. */
export class LanguageView {
  node;

  /** @param languages tags @param {(language: string) => void} choose */
  constructor({ texts, sheet, present, languages, choose }) {
    this.node = button("language plain small", () => this.#open(sheet, texts, present, languages, choose));
    setText(this.node, nameOf(present));
    this.node.setAttribute("aria-label", `${texts.say("language.choose")}: ${nameOf(present)}`);
  }

  #open(sheet, texts, present, languages, choose) {
    const ways = [...languages].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    const buttons = ways.map((language) => {
      const way = button(language === present ? "firm" : "plain", () => choose(language), nameOf(language));
      way.lang = language;
      way.dir = "auto";
      if (language === present) way.setAttribute("aria-current", "true");
      return way;
    });
    const settings = button("plain", () => location.assign(`/setup${location.search}`), texts.say("welcome.settings"));
    const close = button("plain", () => sheet.close(), texts.say("dialog.close"));
    sheet.show(
      el(
        "div",
        "details",
        el("h2", "details-subject", texts.say("language.choose")),
        el("div", "languages", ...buttons),
        el("div", "sheet-actions", settings, close),
      ),
    );
  }
}

/** A language's name in itself, with a capital where its script has them. */
export function nameOf(language) {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}
