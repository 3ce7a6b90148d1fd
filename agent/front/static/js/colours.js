/* A room's own colour as the tones the screen needs, each with the contrast WCAG 2.2 asks for. Pure. */

const TEXT_CONTRAST = 7.1; // soft white text must still reach 4.5 on the cards, which are lighter than the tone
const MARK_CONTRAST = 4.6;
const LIGHT_PAPER = [246, 245, 241];
const DARK_PAPER = [29, 34, 38];
const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];

/** `{high, low, mark}` as CSS colours for "#rrggbb"; null for anything else. `high` and `low` carry white text. */
export function tonesOf(colour, dark) {
  const rgb = parse(colour);
  if (rgb === null) return null;
  const high = until(rgb, BLACK, WHITE, dark ? TEXT_CONTRAST * 1.2 : TEXT_CONTRAST);
  const mark = dark ? until(rgb, WHITE, DARK_PAPER, MARK_CONTRAST) : until(rgb, BLACK, LIGHT_PAPER, MARK_CONTRAST);
  return { high: css(high), low: css(mix(high, BLACK, 0.3)), mark: css(mark) };
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(a, b) {
  const [light, deep] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (deep + 0.05);
}

/** The colour, moved as little as needed towards another until it stands out against a third. */
function until(colour, towards, against, wanted) {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(colour, towards, share);
    if (contrast(mixed, against) >= wanted) return mixed;
  }
  return towards;
}

function mix(a, b, share) {
  return a.map((value, index) => Math.round(value + (b[index] - value) * share));
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parse(colour) {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? "");
  return found ? found.slice(1).map((pair) => Number.parseInt(pair, 16)) : null;
}

function css(rgb) {
  return `rgb(${rgb.join(" ")})`;
}
