import { expect, test } from "vitest";
import { compareVersions, isMajorChange, parseVersion } from "./semver";

test.each([
  ["1.2.3", [1, 2, 3]],
  ["0.0.0", [0, 0, 0]],
  ["10.20.30-beta.1", [10, 20, 30]],
  ["1.2.3+build", [1, 2, 3]],
  ["1.2", null],
  ["v1.2.3", null],
  ["1.2.3.4", null],
  ["1.2.3\n", null],
  ["1.2.3-", null],
  ["9999999999.0.0", null],
  ["../1.2.3", null],
] as const)("parseVersion(%j)", (version, parts) => {
  expect(parseVersion(version)).toEqual(parts);
});

test.each([
  ["1.2.3", "1.2.3", 0],
  ["1.2.3", "1.2.4", -1],
  ["1.10.0", "1.9.9", 1],
  ["2.0.0", "1.99.99", 1],
  ["nonsense", "0.0.0", -1],
  ["nonsense", "garbage", 0],
] as const)("compareVersions(%s, %s)", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
  expect(Math.sign(compareVersions(b, a))).toBe(-sign + 0);
});

test.each([
  ["1.2.3", "1.9.0", false],
  ["1.2.3", "2.0.0", true],
  ["2.0.0", "1.9.9", true],
  ["1.2.3", "unreadable", true],
  ["unreadable", "1.2.3", true],
] as const)("isMajorChange(%s, %s)", (from, to, isMajor) => {
  expect(isMajorChange(from, to)).toBe(isMajor);
});
