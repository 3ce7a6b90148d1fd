/* Every step by its id: a function that makes its questions. */

import { accountStep } from "./account.js";
import { calendarStep } from "./calendar.js";
import { languageStep } from "./language.js";
import { networkStep } from "./network.js";
import { policiesStep } from "./policies.js";
import { preflightStep } from "./preflight.js";
import { roomStep } from "./room.js";
import { screenStep } from "./screen.js";
import { summaryStep } from "./summary.js";

/**
 * Each takes `{parts, state, frame}` and gives `{form, nodes}`, and may give `wrong()`: an error found here; `shown()`,
 * `remove()`; `after(state)`: once the core has the answers, true to go on.
 */
export const STEPS = {
  language: languageStep,
  network: networkStep,
  calendar: calendarStep,
  account: accountStep,
  preflight: preflightStep,
  room: roomStep,
  screen: screenStep,
  policies: policiesStep,
  summary: summaryStep,
};
