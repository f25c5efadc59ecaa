import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { centerPart, judgeSet, planRollback, setDigest } from "./judge-set";

const seenAt = new Date("2026-11-22T12:00:00.000Z");
const soon = new Date(seenAt.getTime() + 60_000);
const later = new Date(seenAt.getTime() + LIMITS.releaseValidSeconds * 1_000);
const row = (status: "observed" | "validated" | "rolled_back") => ({ digest: "one", status, seenAt });

test.each([
  [null, "one", false, soon, "begin"], // nothing was known
  [row("validated"), "two", false, soon, "begin"], // another set runs
  [row("observed"), "one", false, soon, "nothing"], // not long enough
  [row("observed"), "one", false, later, "validate"], // long enough and quiet
  [row("observed"), "one", true, later, "nothing"], // long enough and in trouble
  [row("validated"), "one", true, later, "nothing"], // what ran well did run well
  [row("rolled_back"), "one", false, later, "nothing"], // what was taken back is not validated
] as const)("%o, %s, trouble %s -> %s", (current, digest, hasTrouble, now, expected) => {
  expect(judgeSet(current, digest, hasTrouble, now)).toBe(expected);
});

const member = (version: string) => ({ version, manifest_digest: null });
const set = (members: Record<string, string>, center = "1.0.0", schema = "0060") => ({
  centerVersion: center,
  schemaVersion: schema,
  members: Object.fromEntries(Object.entries(members).map(([key, version]) => [key, member(version)])),
});

test("only what runs another version goes back, by itself where it declares how", () => {
  const target = set({ ocr: "1.4.0", search: "1.8.0", billing: "4.0.0", gone: "1.0.0" });
  const running = set({ ocr: "1.4.1", search: "1.8.0", billing: "4.1.0", newer: "1.0.0" });
  expect(planRollback(target, running, (key) => key === "ocr").map(({ module_key: key, to, status }) => [key, to, status])).toEqual([
    ["ocr", "1.4.0", "waiting"],
    ["billing", "4.0.0", "by_hand"],
  ]);
});

test("Center's own part says what the schema allows", () => {
  const now = set({}, "1.1.0", "0060");
  expect(centerPart(set({}, "1.1.0", "0060"), now)).toEqual({ start_version: null, schema_allows: true, needs_backup: false });
  expect(centerPart(set({}, "1.0.0", "0060"), now)).toEqual({ start_version: "1.0.0", schema_allows: true, needs_backup: false });
  expect(centerPart(set({}, "1.0.0", "0050"), now)).toEqual({ start_version: "1.0.0", schema_allows: false, needs_backup: true });
});

test("a set has one name, whatever order it is told in", () => {
  expect(setDigest(set({ a: "1.0.0", b: "2.0.0" }))).toBe(setDigest(set({ b: "2.0.0", a: "1.0.0" })));
  expect(setDigest(set({ a: "1.0.0" }))).not.toBe(setDigest(set({ a: "1.0.1" })));
});
