import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { heldRest } from "./held-rest";

const now = new Date("2026-01-05T10:00:00Z");
test.each([
  [null, 1],
  [0, 1],
  [10, 10],
  [300, LIMITS.repairHeldSeconds],
])("held for %s s, it rests %i s", (seconds, rest) => {
  expect(heldRest(seconds === null ? null : new Date(now.getTime() - seconds * 1_000), now)).toBe(rest);
});
