import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { hasMoved, isOrderOf, nextPartsStep, nextRestoreStep, nextSnapshotStep } from "./next-step";

const at = new Date("2026-11-22T12:00:00.000Z");
const late = new Date(at.getTime() + (LIMITS.snapshotTakeSeconds + 1) * 1_000);
const order = (status: string, detail = "") => ({ id: "c1", status: status as "done", result: detail ? { detail } : null });

test.each([
  ["requested", null, at, { do: "order" }, "nothing was ordered yet"],
  ["requested", order("offered"), at, { do: "adopt", commandId: "c1" }, "Center died after ordering it"],
  ["requested", order("done"), at, { do: "adopt", commandId: "c1" }, "and the module was fast"],
  ["requested", null, late, { do: "fail", why: "it was not taken in time" }, "nobody could be asked"],
  ["taking", order("queued"), at, { do: "wait" }, "its module has not come by"],
  ["taking", order("offered"), at, { do: "wait" }, "it is being taken"],
  ["taking", order("offered"), late, { do: "fail", why: "it was not taken in time" }, "for too long"],
  ["taking", order("done"), at, { do: "finish", commandId: "c1" }, "it was taken"],
  ["taking", order("done"), late, { do: "finish", commandId: "c1" }, "what is there is not thrown away"],
  ["taking", order("failed", "disk full"), at, { do: "fail", why: "disk full" }, "its module says why"],
  ["taking", order("expired"), at, { do: "fail", why: "the order ended as expired" }, "its module never came"],
  ["taking", null, at, { do: "wait" }, "an order that cannot be seen is no end"],
] as const)("%s with %o at %s -> %o (%s)", (status, given, now, expected, _why) => {
  expect(nextSnapshotStep({ status, requestedAt: at }, given, now)).toEqual(expected);
});

test.each([
  [["sealed", "sealed"], { do: "seal" }],
  [[], { do: "seal" }],
  [["sealed", "taking"], { do: "wait" }],
  [["taking", "failed"], { do: "fail", why: "a part of it: failed" }],
] as const)("parts %o -> %o", (statuses, expected) => {
  expect(nextPartsStep(statuses.map((status) => ({ status, failure: null })))).toEqual(expected);
});

const wait = { do: "wait" } as const;
const refused = { do: "fail", why: "refused:moved_since_saved" } as const;
const TRIES = LIMITS.snapshotRestoreTries;
const tooLate = new Date(at.getTime() + (LIMITS.snapshotRestoreSeconds + 1) * 1_000);

test.each([
  ["saving", wait, false, 0, at, "wait", "what takes it back is being saved"],
  ["saving", wait, false, 0, tooLate, "fail", "for too long"],
  ["ordered", wait, false, 1, tooLate, "fail", "its module says nothing"],
  ["ordered", { do: "finish", commandId: "c1" }, false, 1, tooLate, "finish", "what was done counts, however late"],
  ["ordered", refused, true, 1, at, "save", "the rows moved"],
  ["ordered", refused, true, TRIES, at, "fail", "they never stand still"],
  ["ordered", refused, true, 1, tooLate, "fail", "nor in time"],
  ["saving", { do: "adopt", commandId: "c1" }, true, 1, at, "adopt", "Center died after ordering it"],
] as const)("a restore that is %s, %o, moved %s after %d tries at %s -> %s (%s)", (...[status, step, isMoved, tries, now, expected]) => {
  const row = { status, undoSnapshotId: "u1", requestedAt: at };
  expect(nextRestoreStep(row, { step, isMoved, tries }, now).do).toBe(expected);
});

test("an order counts for the snapshot that it names, and a refusal for what it says", () => {
  const row = { status: "saving", undoSnapshotId: "u2", requestedAt: at } as const;
  const named = (undo?: string) => isOrderOf(row, { payload: { params: { undo_snapshot_id: undo } } } as never);
  expect([named("u2"), named("u1"), named()]).toEqual([true, false, true]);
  expect([hasMoved(order("failed", "refused:moved_since_saved")), hasMoved(order("failed", "disk full")), hasMoved(null)]).toEqual([
    true,
    false,
    false,
  ]);
});
