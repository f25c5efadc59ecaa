import { expect, test } from "vitest";
import { csvCell, csvLine } from "./csv";

test.each([
  ["=1+1", `"'=1+1"`],
  ["+1", `"'+1"`],
  ["-1", `"'-1"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["\r=1", `"'\r=1"`],
  ['a "b" =1', '"a ""b"" =1"'],
  ["a\nb,c", '"a\nb,c"'],
  [null, '""'],
  [12, '"12"'],
])("safety case 19: %j becomes %s", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test("a line has its cells in order", () => {
  expect(csvLine([1, null, "x"])).toBe('"1","","x"\r\n');
});
