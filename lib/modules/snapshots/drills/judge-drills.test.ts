import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { judgeDrills } from "./judge-drills";

const at = new Date("2026-11-22T12:00:00.000Z");
const ago = (seconds: number) => new Date(at.getTime() - seconds * 1_000);
const STALE = LIMITS.drillStaleSeconds + 60;

test.each([
  [ago(60), null, null, [], "saved just now: a rehearsal has still time"],
  [ago(STALE), null, null, ["medium"], "saved for days, never rehearsed"],
  [ago(STALE * 9), ago(60), null, [], "rehearsed lately"],
  [ago(STALE * 9), ago(STALE), null, ["medium"], "rehearsed too long ago"],
  [ago(STALE), ago(3_600), ago(60), ["high"], "the newest rehearsal failed"],
  [ago(STALE), ago(60), ago(3_600), [], "one failed, and a newer one did not"],
  [ago(60), null, ago(30), ["high"], "the first one failed"],
] as const)("saved %s, equal %s, not equal %s -> %o (%s)", (since, drilledAt, failedAt, expected, _why) => {
  const found = judgeDrills([{ moduleKey: "billing", since, drilledAt, failedAt, detail: null }], at);
  expect(found.map(({ severity }) => severity)).toEqual(expected);
});
