/* The language of this page, for whoever reads it. */

import { el } from "../render/dom.js";
import { nameOf } from "../render/languages.js";

/** A select that loads the page anew in what is chosen, at the same view. */
export function languagePicker({ texts, language, languages }) {
  const select = el("select", "input");
  for (const tag of languages) {
    const option = el("option", "", nameOf(tag));
    Object.assign(option, { value: tag, lang: tag, selected: tag === language });
    select.append(option);
  }
  select.addEventListener("change", () => {
    location.assign(`/ops?language=${encodeURIComponent(select.value)}${location.hash}`);
  });
  return el("label", "language-picker", el("span", "", texts.say("language.choose")), select);
}
