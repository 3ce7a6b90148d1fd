/* The room's mail address, asked for in two places. */

import { TextField } from "../fields.js";

export function mailboxField(texts, options = {}) {
  return new TextField(texts, "mailbox", { example: "sjroom@contoso.example", keyboard: "email", ...options });
}
