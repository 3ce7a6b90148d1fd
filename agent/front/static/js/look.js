/* How the room wants its screen to look: theme, colour, logo and picture; and what keeps the panel itself in order,
   a slow shift against burn-in and a dim screen at night. */

import { tonesOf } from "./colours.js";
import { el, setData, setHidden, setProperty } from "./render/dom.js";

const AWAKE_MS = 120_000; // after a touch at night
const STEP_MS = 60_000;
const REACH_REM = 0.4;
/** A walk round the resting place, one step a minute, so that no edge burns in. */
const WALK = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
const THEMES = ["light", "dark", "contrast"];

export class Look {
  #root;
  #asked = { more: matchMedia("(prefers-contrast: more)"), dark: matchMedia("(prefers-color-scheme: dark)") };
  #look = {};
  #brand = "";
  #touchedAt = -Infinity;
  logo = el("img", "logo");
  night = el("div", "night");

  /** @param root the document's element, where tokens stand */
  constructor(root) {
    this.#root = root;
    this.logo.alt = "";
    this.logo.hidden = true;
    this.logo.addEventListener("error", () => this.#setLogo(null)); // the next state tries again
    this.night.setAttribute("aria-hidden", "true");
    this.apply({});
    for (const asked of Object.values(this.#asked)) asked.addEventListener("change", () => this.apply(this.#look));
  }

  /** Somebody is here. */
  touched() {
    this.#touchedAt = performance.now();
    setData(this.#root, "night", "false");
  }

  /** @param look RoomState's `look`; what is missing in it is as if nobody had asked for anything */
  apply(look) {
    this.#look = look ?? {};
    const theme = this.#theme();
    setData(this.#root, "theme", theme);
    this.#setBrand(theme);
    this.#setLogo(ownImage(this.#look.logo));
    this.#setToken("--picture", picture(ownImage(this.#look.background)));
    setData(this.#root, "picture", String(ownImage(this.#look.background) !== null));
  }

  /** What depends on the time: `wall` minutes since the room's midnight; `needed`: somebody is or will soon be here. */
  pass(now, wall, needed) {
    const awake = needed || performance.now() - this.#touchedAt < AWAKE_MS;
    setData(this.#root, "night", String(!awake && isBetween(wall, this.#look.dim_from, this.#look.dim_until)));
    const step = this.#look.shift ? WALK[Math.floor(now / STEP_MS) % WALK.length] : WALK[0];
    this.#setToken("--shift-x", `${step[0] * REACH_REM}rem`);
    this.#setToken("--shift-y", `${step[1] * REACH_REM}rem`);
  }

  #theme() {
    if (THEMES.includes(this.#look.theme)) return this.#look.theme;
    if (this.#asked.more.matches) return "contrast";
    return this.#asked.dark.matches ? "dark" : "light";
  }

  #setBrand(theme) {
    const asked = `${this.#look.color} ${theme}`;
    if (asked === this.#brand) return;
    this.#brand = asked;
    const tones = theme === "contrast" ? null : tonesOf(this.#look.color, theme === "dark");
    for (const name of ["high", "low", "mark"]) this.#setToken(`--brand-${name}`, tones?.[name] ?? "");
  }

  #setLogo(source) {
    if (source !== null && this.logo.getAttribute("src") !== source) {
      setProperty(this.logo, "src", source);
      setHidden(this.logo, false);
    } else if (source === null) {
      this.logo.removeAttribute("src");
      setHidden(this.logo, true);
    }
  }

  #setToken(name, value) {
    if (this.#root.style.getPropertyValue(name) !== value) this.#root.style.setProperty(name, value);
  }
}

/** Whether a minute of the day lies between two wall-clock times "HH:MM"; over midnight too, and never without both. */
export function isBetween(wall, from, until) {
  const [start, end] = [minuteOf(from), minuteOf(until)];
  if (start === null || end === null || start === end) return false;
  return start < end ? wall >= start && wall < end : wall >= start || wall < end;
}

function minuteOf(text) {
  const found = /^(\d\d):(\d\d)$/.exec(text ?? "");
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

/** A path of this agent's own pictures, else null: nothing is fetched from anywhere else. */
function ownImage(path) {
  return typeof path === "string" && /^\/api\/v1\/look\/[a-z]+(\?v=[0-9a-f]+)?$/.test(path) ? path : null;
}

function picture(source) {
  return source === null ? "" : `url("${source}")`;
}
