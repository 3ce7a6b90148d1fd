/* Sentences by key, in the page's language. */

export class Texts {
  #catalogue;
  #plurals;

  /** @param catalogue key → string with {places}, or plural category → such strings */
  constructor(catalogue, language) {
    this.#catalogue = catalogue;
    this.#plurals = new Intl.PluralRules(language);
  }

  has(key) {
    return key in this.#catalogue;
  }

  /** The sentence with its places filled; `n` decides between plural forms. An unknown key shows itself. */
  say(key, places = {}) {
    const entry = this.#catalogue[key] ?? key;
    const text = typeof entry === "string" ? entry : (entry[this.#plurals.select(places.n)] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
  }
}

/** The catalogue the server would choose for a language: itself, else its first parts, else English. */
export function chooseLanguage(asked, available) {
  const parts = asked.split("-");
  for (let count = parts.length; count > 0; count -= 1) {
    const tag = parts.slice(0, count).join("-");
    if (available.includes(tag)) return tag;
  }
  return "en";
}
