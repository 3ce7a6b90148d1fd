/* Where an arrow leads: geometry alone, so a right-to-left page needs no rule of its own. */

const TIER = 1e6;
const ASIDE = 2; // a step to the side costs as much as two ahead
const ASKEW = 0.1; // among equals the one straight ahead

/**
 * The index of the candidate to focus next, or null. `direction`: Up, Down, Left or Right.
 * @param from {left, top, right, bottom} @param candidates [{ rect, same }], `same`: in the list or on the card of `from`
 */
export function nextFrom(from, candidates, direction) {
  const costs = candidates.map(({ rect, same }) => costOf(from, rect, same, direction));
  const least = Math.min(...costs);
  return least < Infinity ? costs.indexOf(least) : null;
}

function costOf(from, to, same, direction) {
  const vertical = direction === "Up" || direction === "Down";
  const [near, far, first, last] = vertical ? ["top", "bottom", "left", "right"] : ["left", "right", "top", "bottom"];
  const sign = direction === "Down" || direction === "Right" ? 1 : -1;
  const along = (sign * (to[near] + to[far] - from[near] - from[far])) / 2;
  const askew = Math.abs(to[first] + to[last] - from[first] - from[last]) / 2;
  const overlap = Math.min(from[last], to[last]) - Math.max(from[first], to[first]);
  const gap = Math.max(0, -overlap);
  const beyond = sign > 0 ? to[far] - from[far] : from[near] - to[near];
  if (along < 1 || (!vertical && gap > 0 && (gap > along || beyond < 1))) return Infinity;
  if (askew > along && (holds(from, to) || holds(to, from))) return Infinity; // a part lies on one side of its whole
  return tierOf(vertical, same, overlap > 1) * TIER + along + ASIDE * gap + ASKEW * askew;
}

/** Up and down stay in the list to its end; left and right leave it for what stands at the same height. */
function tierOf(vertical, same, ahead) {
  if (vertical) return (same ? 0 : 2) + (ahead ? 0 : 1);
  if (ahead) return same ? 0 : 1;
  return same ? 3 : 2;
}

function holds(whole, part) {
  const wide = part.left >= whole.left && part.right <= whole.right;
  return wide && part.top >= whole.top && part.bottom <= whole.bottom;
}
