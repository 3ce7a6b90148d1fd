/* Light, dark or high contrast, as the system asks for. */

import { setData } from "../render/dom.js";

/** Set `data-theme` now and whenever the system changes its mind. */
export function followTheme(root) {
  const more = matchMedia("(prefers-contrast: more)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => setData(root, "theme", more.matches ? "contrast" : dark.matches ? "dark" : "light");
  for (const asked of [more, dark]) asked.addEventListener("change", apply);
  setData(root, "tone", "free");
  apply();
}
