// Talks to the demo (its paths: app.py).

import { say } from "./texts.js";

const token = document.querySelector('meta[name="demo-token"]').content;
const TIMEOUT_MS = 8000;

// throws an Error whose message is for people
export async function send(path, body) {
  const answer = await asked(path, body);
  if (answer.ok) return;
  const problem = await answer.json();
  if (problem.code === "token.stale") location.reload();
  throw new Error(problem.title);
}

async function asked(path, body) {
  try {
    return await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Room-Agent-Token": token },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Error(say("problem.unreachable"));
  }
}
