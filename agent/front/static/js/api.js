/* Requests that change something, with this page's token; and commands, which are waited for. */

import { reloadOnce } from "./reload.js";

const POLL_MS = 500;
const POLLS = 120;
const PATIENCE_MS = 4_000; // a tab may be opened up to 5 s after the press that asked for it

/** A refusal (`code`, `title`, `detail`), or no answer at all (`code` "core.unreachable", `unreachable` true). */
export class RequestError extends Error {
  constructor(problem, unreachable = false) {
    super(problem.code);
    this.problem = problem;
    this.unreachable = unreachable;
  }
}

export class Api {
  #token;

  constructor(token) {
    this.#token = token;
  }

  /** POST JSON; the answer's JSON, or null when it has none. Throws RequestError. */
  post(path, body) {
    const headers = { "Content-Type": "application/json", "X-Room-Agent-Token": this.#token };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  get(path) {
    return this.#ask(path, { headers: { "X-Room-Agent-Token": this.#token } });
  }

  async #ask(path, request) {
    const answer = await reached(path, request);
    if (answer.ok) return answer.status === 204 ? null : answer.json();
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
      return await this.#outcome(await this.send(name, payload));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { problem: error.problem };
    }
  }

  /** Ask only; the command's id. Throws RequestError. */
  async send(name, payload) {
    return (await this.#api.post(`/api/v1/commands/${name}`, payload)).id;
  }

  async #outcome(id) {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const command = await this.#api.get(`/api/v1/commands/${encodeURIComponent(id)}`);
      if (command.state === "done") return null;
      if (command.state === "failed") return { problem: command.problem };
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { key: "command.timeout" };
  }
}

async function reached(path, request) {
  try {
    return await fetch(path, { ...request, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) {
      throw new RequestError({ code: "core.unreachable" }, true);
    }
    throw error;
  }
}

async function problemOf(answer) {
  try {
    const problem = await answer.json();
    return typeof problem?.code === "string" ? problem : { code: `http.${answer.status}` };
  } catch (error) {
    if (error instanceof SyntaxError) return { code: `http.${answer.status}` };
    throw error;
  }
}
