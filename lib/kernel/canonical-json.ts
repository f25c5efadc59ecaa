import { createHash } from "node:crypto";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Serialises a value so that equal values give equal bytes, whoever computes them.
 *
 * @returns JSON without whitespace, keys in UTF-16 order; undefined members are left out
 * @throws RangeError for NaN, infinities, lone surrogates and nesting deeper than 64
 * Source: RFC 8785 (JCS); ECMAScript number and string serialisation is what it prescribes.
 */
export function canonicalJson(value: Json | undefined, depth = 0): string {
  if (depth > 64) throw new RangeError("nesting deeper than 64");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("only finite numbers are canonical");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new RangeError("lone surrogate");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new RangeError(`no canonical form for ${typeof value}`);
  const record = value as { readonly [key: string]: Json | undefined };
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${canonicalJson(key)}:${canonicalJson(record[key], depth + 1)}`);
  return `{${members.join(",")}}`;
}

/** SHA-256 of some bytes or UTF-8 text, as lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The digest that approvals, plans and stored inputs are bound to: `sha256:<hex>` over the canonical bytes. */
export function digestOf(value: Json): string {
  return `sha256:${sha256Hex(canonicalJson(value))}`;
}
