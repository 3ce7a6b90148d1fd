/* Fetching the page anew, seldom for the same reason: a page that reloads for ever helps nobody. */

const DONE = "room-agent.reloaded-for";
const AGAIN_AFTER_MS = 10 * 60_000;

/** Reload, unless the page was reloaded for the same thing within the last ten minutes. */
export function reloadOnce(reason) {
  const now = Date.now();
  const lately = Object.entries(done()).filter(([, at]) => at <= now && now - at < AGAIN_AFTER_MS);
  if (lately.some(([known]) => known === reason)) return;
  sessionStorage.setItem(DONE, JSON.stringify({ ...Object.fromEntries(lately), [reason]: now }));
  location.reload();
}

function done() {
  try {
    return JSON.parse(sessionStorage.getItem(DONE)) ?? {};
  } catch {
    return {};
  }
}
