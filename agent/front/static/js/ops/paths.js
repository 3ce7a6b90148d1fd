/* Where the API of operations is. */

export const ROOT = "/api/v1/ops";
