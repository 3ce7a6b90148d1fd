/* Where the core's half of the set-up is. */

export const ROOT = "/api/v1/setup";
