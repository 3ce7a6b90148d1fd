// The page's sentences, by key, with {placeholders}.

const table = JSON.parse(document.getElementById("texts").textContent);
const plural = new Intl.PluralRules(document.documentElement.lang);

export function say(key, values = {}) {
  return table[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function sayCount(key, n) {
  const form = plural.select(n);
  return say(`${key}.${`${key}.${form}` in table ? form : "other"}`, { n });
}
