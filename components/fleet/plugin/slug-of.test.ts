import { expect, test } from "vitest";
import { slugOf } from "./slug-of";

test.each([
  ["Zéphyr Voiles", "zephyr-voiles"],
  ["  Cedar & Sons  ", "cedar-sons"],
  ["ÀÉÎ", "aei"],
  ["東京", ""],
  ["--", ""],
  [`${"a".repeat(62)} b`, "a".repeat(62)],
])("%j is registered as %j", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
