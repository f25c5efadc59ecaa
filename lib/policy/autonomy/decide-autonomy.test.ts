import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { decideAutonomy, endDemotes } from "./decide-autonomy";

test.each([
  { kept: 0, failed: 0, mayPromote: false, missing: LIMITS.autonomyKept },
  { kept: LIMITS.autonomyKept - 1, failed: 0, mayPromote: false, missing: 1 },
  { kept: LIMITS.autonomyKept, failed: 0, mayPromote: true, missing: 0 },
  { kept: 100, failed: 1, mayPromote: false, missing: LIMITS.autonomyKept },
])("$kept kept, $failed failed -> $mayPromote", ({ kept, failed, ...verdict }) =>
  expect(decideAutonomy({ kept, failed })).toEqual(verdict),
);

test("counts that cannot be are a bug", () => {
  expect(() => decideAutonomy({ kept: -1, failed: 0 })).toThrow(RangeError);
  expect(() => decideAutonomy({ kept: 0, failed: 0.5 })).toThrow(RangeError);
});

test.each([
  { status: "success", needsPerson: false, revertedFor: null, demotes: false },
  { status: "failed", needsPerson: false, revertedFor: null, demotes: false },
  { status: "failed", needsPerson: true, revertedFor: null, demotes: true },
  { status: "rolled_back", needsPerson: false, revertedFor: "worse", demotes: true },
  { status: "rolled_back", needsPerson: false, revertedFor: "no_evidence", demotes: true },
  { status: "rolled_back", needsPerson: false, revertedFor: "cancelled", demotes: false },
  { status: "cancelled", needsPerson: false, revertedFor: null, demotes: false },
])("$status ($revertedFor, person $needsPerson) demotes: $demotes", ({ demotes, ...end }) => expect(endDemotes(end)).toBe(demotes));
