import { expect, test } from "vitest";
import { emergencyState } from "./emergency-state";

const under = { isOver: false, status: "verifying", needsPerson: false };
const over = (status: string, needsPerson = false) => ({ isOver: true, status, needsPerson });
const open = (kind: Parameters<typeof emergencyState>[0]["kind"]) => ({ kind, isSettled: false });
const settled = (kind: Parameters<typeof emergencyState>[0]["kind"]) => ({ kind, isSettled: true });

test.each([
  ["nothing had left, and the worker has not ended it yet", open("stopped"), under, null, "stopping"],
  ["nothing had left", open("stopped"), over("cancelled"), null, "stopped"],
  ["on its way back", open("called_back"), under, null, "rolling_back"],
  ["back", settled("called_back"), over("rolled_back"), null, "rolled_back"],
  ["a beat had fetched it in that moment, and it was taken back", open("stopped"), over("rolled_back"), null, "rolled_back"],
  ["the agent refused or never applied it", open("called_back"), over("failed"), null, "stopped"],
  ["nobody knows what runs", open("called_back"), over("failed", true), null, "needs_person"],
  ["it was kept in that very moment", open("called_back"), over("success"), null, "queued"],
  ["it was kept, and there is no way back", settled("called_back"), over("success"), null, "kept"],
  ["it was kept, and is on its way back", settled("undo"), over("success"), under, "rolling_back"],
  ["kept lately, nobody has begun", open("undo"), over("success"), null, "queued"],
  ["kept lately, and back", settled("undo"), over("success"), over("success"), "rolled_back"],
  ["kept lately, and the way back failed", settled("undo"), over("success"), over("failed"), "needs_person"],
  ["kept long ago", settled("can_undo"), over("success"), null, "can_undo"],
  ["no way back", settled("cannot_undo"), null, null, "cannot_undo"],
] as const)("%s -> %s", (_why, item, attempt, undo, state) => {
  expect(emergencyState(item, attempt, undo)).toBe(state);
});
