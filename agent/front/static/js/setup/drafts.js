/* What was typed and not yet sent, over a reload of the page. Secrets are never among it. */

const KEY = "room-agent.setup";

export function draftOf(step) {
  return all()[step] ?? {};
}

export function keepDraft(step, values) {
  sessionStorage.setItem(KEY, JSON.stringify({ ...all(), [step]: values }));
}

export function dropDraft(step) {
  const { [step]: _, ...others } = all();
  sessionStorage.setItem(KEY, JSON.stringify(others));
}

export function clearDrafts() {
  sessionStorage.removeItem(KEY);
}

function all() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
