/* Fetching the page anew, never twice for the same reason: a page that reloads for ever helps nobody. */

const DONE = "room-agent.reloaded-for";

/** Reload unless the last reload was for the same thing. */
export function reloadOnce(reason) {
  if (sessionStorage.getItem(DONE) === reason) return;
  sessionStorage.setItem(DONE, reason);
  location.reload();
}
