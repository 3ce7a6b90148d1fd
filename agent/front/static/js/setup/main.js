/* The wizard, and later the settings: puts the parts together and starts them. */

import { Api } from "../api.js";
import { Texts } from "../texts.js";
import { App } from "./app.js";
import { followTheme } from "./theme.js";

const PATIENCE_MS = 110_000; // the core asks Exchange meanwhile; the front gives up after 100 s

const { lang, dataset } = document.documentElement;
const texts = new Texts(JSON.parse(document.getElementById("texts").textContent), lang);
const api = new Api(metaContent("room-agent-token"), PATIENCE_MS);
const languages = metaContent("room-agent-languages").split(" ");

followTheme(document.documentElement);
void new App(document.getElementById("app"), { api, texts, language: lang, languages, place: dataset.place }).start();

function metaContent(name) {
  return document.querySelector(`meta[name="${name}"]`).content;
}
