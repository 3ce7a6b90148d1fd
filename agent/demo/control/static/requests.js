// What the room asked of Exchange.

import { element, find } from "./dom.js";
import { sayCount } from "./texts.js";
import { clockWithSeconds } from "./time.js";

const OPERATIONS_SHOWN = 8;

export function drawRequests(requests, zone) {
  const operations = Object.entries(requests.by_operation).slice(0, OPERATIONS_SHOWN);
  const most = Math.max(1, ...operations.map(([, count]) => count));
  find("requests-minute").textContent = requests.last_minute;
  find("requests-total").textContent = requests.total;
  find("operations").replaceChildren(...operations.map(([name, count]) => operation(name, count, most)));
  find("log").replaceChildren(...requests.recent.map((request) => line(request, zone)));
  find("log-empty").hidden = requests.recent.length > 0;
}

function operation(name, count, most) {
  return element(
    "li",
    {},
    element("span", {}, name),
    element("meter", { min: 0, max: most, value: count, "aria-hidden": "true" }),
    element("span", { class: "number" }, String(count)),
  );
}

function line(request, zone) {
  return element(
    "li",
    {},
    element("time", { class: "muted", datetime: request.at }, clockWithSeconds(Date.parse(request.at), zone)),
    element("span", { class: "operation", title: request.mailbox }, request.operation),
    element("span", { class: "muted" }, request.items ? sayCount("requests.items", request.items) : ""),
    element("span", { class: request.status < 400 ? "outcome" : "outcome failed" }, String(request.status)),
  );
}
