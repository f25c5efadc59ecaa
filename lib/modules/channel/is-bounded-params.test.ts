import { expect, test } from "vitest";
import type { Json } from "@/lib/kernel/canonical-json";
import { isBoundedParams } from "./is-bounded-params";

const nested = (levels: number): Json => (levels === 1 ? {} : { a: nested(levels - 1) });
const sized = (bytes: number): Json => ({ a: "x".repeat(bytes - 8) });

test.each<[string, Json, boolean]>([
  ["nothing", {}, true],
  ["8 levels", nested(8), true],
  ["9 levels", nested(9), false],
  ["very many levels", nested(5_000), false],
  ["8 KiB", sized(8_192), true],
  ["a byte more", sized(8_193), false],
  ["letters of more than a byte", { a: "é".repeat(4_093) }, false],
  ["half a letter", { a: "\ud800" }, false],
])("%s", (_what, params, isBounded) => {
  expect(isBoundedParams(params)).toBe(isBounded);
});
