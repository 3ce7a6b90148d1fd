/* The page for operations: puts the parts together and starts them. */

import { Api } from "../api.js";
import { followTheme } from "../setup/theme.js";
import { Texts } from "../texts.js";
import { App } from "./app.js";

const PATIENCE_MS = 110_000; // the core asks Exchange meanwhile; the front gives up after 100 s

const { lang } = document.documentElement;
const texts = new Texts(JSON.parse(document.getElementById("texts").textContent), lang);
const api = new Api(metaContent("room-agent-token"), PATIENCE_MS);
const languages = metaContent("room-agent-languages").split(" ");

followTheme(document.documentElement);
new App(document.getElementById("app"), { api, texts, language: lang, languages }).start();

function metaContent(name) {
  return document.querySelector(`meta[name="${name}"]`).content;
}
