/* Requests that change something, with this page's token; and commands, which are waited for. */

import { reloadOnce } from "./reload.js";

const POLL_MS = 500;
const POLLS = 280; // longer than the core waits for the display (state/desk.py)
const PATIENCE_MS = 4_000; // a tab may be opened up to 5 s after the press that asked for it

/** A refusal (`code`, `title`, `detail`, `retry_after_s` where one has to wait), or no answer at all (`code`
    "core.unreachable", `unreachable` true). */
export class RequestError extends Error {
  constructor(problem, unreachable = false) {
    super(problem.code);
    this.problem = problem;
    this.unreachable = unreachable;
  }
}

export class Api {
  #token;
  #patienceMs;

  constructor(token, patienceMs = PATIENCE_MS) {
    this.#token = token;
    this.#patienceMs = patienceMs;
  }

  /** POST JSON; the answer's JSON, or null when it has none. Throws RequestError. */
  post(path, body) {
    const headers = { "Content-Type": "application/json", "X-Room-Agent-Token": this.#token };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  get(path) {
    return this.#ask(path, { headers: { "X-Room-Agent-Token": this.#token } });
  }

  /** GET a file as it is. Throws RequestError. */
  file(path) {
    return this.#ask(path, {}, (answer) => answer.blob());
  }

  async #ask(path, request, content = contentOf) {
    const answer = await reached(path, request, this.#patienceMs);
    if (answer.ok) return content(answer);
    const problem = await problemOf(answer);
    if (problem.code === "token.stale") reloadOnce(`token ${this.#token}`); // the front was restarted
    throw new RequestError(problem, problem.code === "core.unreachable");
  }
}

export class Commands {
  #api;

  constructor(api) {
    this.#api = api;
  }

  /** Ask, and wait to the end: null when it is done, else `{problem}`, or `{key: "command.timeout"}` after a minute. */
  async run(name, payload) {
    try {
      return await this.outcome(await this.send(name, payload));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { problem: error.problem };
    }
  }

  /** Ask only; the command's id. Throws RequestError. */
  async send(name, payload) {
    return (await this.#api.post(`/api/v1/commands/${name}`, payload)).id;
  }

  /** How a command ends, as `run` says it. Throws RequestError. */
  async outcome(id) {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const command = await this.#api.get(`/api/v1/commands/${encodeURIComponent(id)}`);
      if (command.state === "done") return null;
      if (command.state === "failed") return { problem: command.problem };
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { key: "command.timeout" };
  }
}

async function reached(path, request, patienceMs) {
  try {
    return await fetch(path, { ...request, cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) {
      throw new RequestError({ code: "core.unreachable" }, true);
    }
    throw error;
  }
}

async function contentOf(answer) {
  const text = await answer.text();
  return text === "" ? null : JSON.parse(text);
}

async function problemOf(answer) {
  try {
    const problem = await answer.json();
    if (typeof problem?.code !== "string") return { code: `http.${answer.status}` };
    const wait = Number(answer.headers.get("Retry-After") ?? 0);
    return wait > 0 ? { retry_after_s: wait, ...problem } : problem;
  } catch (error) {
    if (error instanceof SyntaxError) return { code: `http.${answer.status}` };
    throw error;
  }
}
