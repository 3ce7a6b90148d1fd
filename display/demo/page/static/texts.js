// The page's sentences, by key, with {placeholders}.

const table = JSON.parse(document.getElementById("texts").textContent);

export function say(key, values = {}) {
  return table[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// the sentence of a word that comes from the box, which may know more words than this page
export function sayOr(key, otherwise) {
  return table[key] ?? otherwise;
}
