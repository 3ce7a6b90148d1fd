/* Which links the page opens by itself. The core has checked them; the page does not rely on it. */

/** The parsed URL of an https link without user info, else null. */
export function safeLink(text) {
  if (typeof text !== "string" || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "https:" && url.hostname && !url.username && !url.password ? url : null;
}

/** Whether this page can start a join: the display opens anything, a browser needs a link. */
export function canStart(join) {
  return join.launcher === "display" || safeLink(join.url) !== null;
}

/** Where a join leads, for a person to judge: the host in its ASCII form. */
export function hostOf(join) {
  return safeLink(join.url)?.host ?? join.sip ?? join.h323 ?? "?";
}
