import { expect, test } from "vitest";
import { judgeRestored } from "./judge-restored";

const ordered = { content_digest: "ab", rows: 3 };

test.each([
  [ordered, { digest: "ab", rows: 3, kept: 1 }, { isEqual: true, rows: 3, kept: 1 }, "what was ordered is there"],
  [ordered, { digest: "cd", rows: 3 }, { isEqual: false, rows: 3, kept: 0 }, "other bytes"],
  [ordered, { digest: "ab", rows: 2 }, { isEqual: false, rows: 2, kept: 0 }, "another count"],
  [ordered, { equal: true }, { isEqual: false, rows: 0, kept: 0 }, "a word without a sum"],
  [ordered, null, { isEqual: false, rows: 0, kept: 0 }, "no word at all"],
  [{}, { rows: undefined }, { isEqual: false, rows: 0, kept: 0 }, "nothing was ordered, nothing said"],
] as const)("%o and %o -> %o (%s)", (params, result, expected, _why) => {
  expect(judgeRestored({ payload: { params }, result: { result } })).toEqual(expected);
});
