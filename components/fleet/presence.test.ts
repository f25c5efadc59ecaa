import { expect, test } from "vitest";
import { presenceAt } from "./presence";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const LIMITS = { lateAfterSeconds: 165, silentAfterSeconds: 285 };

test.each([
  { age: 0, presence: "online" },
  { age: 165, presence: "online" },
  { age: 166, presence: "late" },
  { age: 285, presence: "late" },
  { age: 286, presence: "silent" },
  { age: null, presence: "unknown" },
] as const)("a beat $age s ago is $presence", ({ age, presence }) => {
  expect(presenceAt(age === null ? null : NOW - age * 1000, NOW, LIMITS)).toBe(presence);
});
