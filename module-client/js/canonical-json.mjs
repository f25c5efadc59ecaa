import { createHash } from "node:crypto";

/**
 * JSON with its keys in order, so that equal values have equal bytes (RFC 8785 for what has no fractions beyond a double's own text).
 * @param {unknown} value JSON only
 * @returns {string}
 */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .filter((key) => /** @type {any} */ (value)[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(/** @type {any} */ (value)[key])}`);
  return `{${members.join(",")}}`;
}

/** @param {unknown} value @returns {string} `sha256:<hex>` of its canonical JSON */
export function digestOf(value) {
  return `sha256:${createHash("sha256").update(canonicalJson(value)).digest("hex")}`;
}
