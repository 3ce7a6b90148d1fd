/* The language of the page, before the room's own is chosen. */

import { el } from "../render/dom.js";
import { nameOf } from "../render/languages.js";

/** A select that loads the page anew in what is chosen. */
export function languagePicker({ texts, language, languages }) {
  const select = el("select", "input");
  for (const tag of languages) {
    const option = el("option", "", nameOf(tag));
    option.value = tag;
    option.lang = tag;
    option.selected = tag === language;
    select.append(option);
  }
  select.addEventListener("change", () => speak(select.value));
  return el("label", "language-picker", el("span", "", texts.say("language.choose")), select);
}

/** Load the page in this language. */
export function speak(language) {
  location.replace(`/setup?language=${encodeURIComponent(language)}`);
}
