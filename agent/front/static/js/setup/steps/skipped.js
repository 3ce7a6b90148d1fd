/* What the demo has no need of. */

export const NOT_FOR_DEMO = ["account", "preflight", "room"];
