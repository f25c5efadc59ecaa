import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions, isMajorStep, parseVersion } from "./compare-versions.mjs";

// The order of Semantic Versioning 2.0.0, clause 11.
const ORDER = [
  "0.0.1",
  "0.9.10",
  "0.10.0",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.1",
  "2.0.0",
  "10.0.0",
];

test.each(ORDER.slice(1).map((later, i) => [ORDER[i] ?? "", later]))("%s comes before %s", (earlier, later) => {
  expect(compareVersions(earlier, later)).toBeLessThan(0);
  expect(compareVersions(later, earlier)).toBeGreaterThan(0);
});

test("build metadata does not order", () => expect(compareVersions("1.0.0+a", "1.0.0+b")).toBe(0));

test.each(["", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3/../x", "..", "1.2.3\n", "1.2.3-a..b", `1.2.${"3".repeat(70)}`, 1.2, null])(
  "%j is no version",
  (text) => expect(parseVersion(text)).toBeNull(),
);

test("a version that parses is a safe folder name", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-z.+/\\-]{1,20}$/), (text) => {
      if (parseVersion(text)) expect(text).toMatch(/^[0-9][0-9A-Za-z.+-]*$/);
    }),
  );
});

test.each([
  ["1.9.9", "2.0.0", true],
  ["1.2.3", "1.3.0", false],
  ["0.1.0", "0.2.0", false],
] as const)("%s to %s is a major step: %s", (from, to, isMajor) => expect(isMajorStep(from, to)).toBe(isMajor));
