/* Ending the session. */

import { RequestError } from "../api.js";
import { button } from "../render/dom.js";
import { ROOT } from "./paths.js";

/** A button that ends the session. */
export function signOutButton({ api, app, texts }) {
  const leave = button("quiet-on-tone", () => void signOut(), texts.say("ops.sign_out"));
  return leave;

  async function signOut() {
    leave.disabled = true;
    try {
      await api.post(`${ROOT}/leave`, {});
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      leave.disabled = false;
      if (error.unreachable) return; // the line at the top says so
    }
    app.left();
  }
}
