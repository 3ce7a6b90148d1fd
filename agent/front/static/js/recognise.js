/* What a typed text would join, asked of the agent, which knows the services. */

import { RequestError } from "./api.js";
import { troubleOf } from "./render/meeting.js";

/** `{ways}`, best first; `{ways, trouble}` with a sentence when nobody could be asked. */
export async function waysOf(text, api, texts) {
  try {
    const { ways } = await api.post("/api/v1/typed", { text });
    return { ways };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { ways: [], trouble: troubleOf({ problem: error.problem }, texts, "join.failed") };
  }
}
