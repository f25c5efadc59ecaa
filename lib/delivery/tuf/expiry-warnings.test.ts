import { expect, test } from "vitest";
import { dueWarnings, expiryState, warningKey } from "./expiry-warnings";

const day = (count: number) => new Date(Date.UTC(2026, 10, 1) + count * 24 * 60 * 60 * 1_000);
const FILE = { role: "demo-pay", version: 4, createdAt: day(0), expiresAt: day(8) };

test.each([
  [0, "good"],
  [5.9, "good"],
  [6, "soon"],
  [7.9, "soon"],
  [8, "expired"],
  [90, "expired"],
] as const)("of eight days, after %d it is %s", (after, state) => expect(expiryState(FILE, day(after))).toBe(state));

test.each([
  ["in its first days", 1, [], []],
  ["in its last quarter", 6, [], ["soon"]],
  ["an hour after people were told", 6.04, [["soon", 6]], []],
  ["a day after they were told", 7, [["soon", 6]], ["soon"]],
  ["past its end, though they were told before it", 8, [["soon", 7.9]], ["expired"]],
  ["a day after that", 9, [["expired", 8]], ["expired"]],
] as const)("%s", (_what, after, before, kinds) => {
  const told = new Map(before.map(([kind, at]) => [warningKey({ ...FILE, kind }), day(at)]));
  expect(dueWarnings([FILE], told, day(after)).map(({ kind }) => kind)).toEqual(kinds);
});

test("what people were told of an older version is no word about this one", () => {
  const told = new Map([[warningKey({ ...FILE, version: 3, kind: "soon" }), day(6)]]);
  expect(dueWarnings([FILE], told, day(6))).toHaveLength(1);
});
