// Talks to the page's own API (its paths: api.py).

const token = document.querySelector('meta[name="control-token"]').content;
const TIMEOUT_MS = 8000;

export class Problem extends Error {
  constructor(body) {
    super(body.detail);
    this.title = body.title;
    this.code = body.code;
  }
}

// what to look at: empty strings stand for the home screen's room and its today
export const view = { room: "", day: "" };

let etag = "";

// the state, or null when nothing changed since the last call
export async function readState() {
  const asked = new URLSearchParams(Object.entries(view).filter(([, value]) => value));
  const answer = await fetch(`/api/state?${asked}`, {
    headers: etag ? { "If-None-Match": etag } : {},
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.status === 304) return null;
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  etag = answer.headers.get("ETag");
  return answer.json();
}

export async function send(path, body = {}) {
  const room = view.room ? `?${new URLSearchParams({ room: view.room })}` : "";
  const answer = await fetch(`/api/${path}${room}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Room-Agent-Token": token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.ok) return;
  const problem = new Problem(await answer.json());
  if (problem.code === "token.stale") location.reload();
  throw problem;
}
