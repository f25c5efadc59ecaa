import { expect, test } from "vitest";
import { valueDiff } from "./value-diff";

test.each([
  ["nothing on either side", null, null, []],
  ["a new thing", null, { a: 1 }, [["a", null, "1", true]]],
  ["a thing that went", { a: "x" }, null, [["a", "x", null, true]]],
  [
    "one field of several, the changed one first",
    { a: 1, b: { c: true } },
    { a: 1, b: { c: false } },
    [
      ["b.c", "true", "false", true],
      ["a", "1", "1", false],
    ],
  ],
  ["a list is one value", { a: [1, 2] }, { a: [1] }, [["a", "[1,2]", "[1]", true]]],
  ["a bare value", "x", "y", [["", "x", "y", true]]],
  ["what lies too deep stays together", null, { a: { b: { c: { d: { e: 1 } } } } }, [["a.b.c.d", null, '{"e":1}', true]]],
])("%s", (_what, before, after, expected) => {
  expect(valueDiff(before, after).map((field) => Object.values(field))).toEqual(expected);
});
