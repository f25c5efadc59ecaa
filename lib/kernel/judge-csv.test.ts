import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "@/lib/audit/export/csv";
import { CsvJudge, unsafeCell } from "./judge-csv";

test.each<[string, string | null, string]>([
  ["a,b\r\nc,d\r\n", null, "plain"],
  ['"=1+1",b', "=1+1", "quoted"],
  ["a,=cmd|x\n", "=cmd|x", "in the middle"],
  ["a\n@sum,b", "@sum", "at a line's beginning"],
  ["a,b\n-1", "-1", "at the very end"],
  ["'=1,\"'+1\"", null, "with the apostrophe"],
  ['"a""=b",c', null, "after an escaped quote"],
  ['"a\n=b"', null, "on a second line of one cell"],
  ["\ta,b", "\ta", "a tab"],
  ['"\rx"', "\rx", "a carriage return"],
  ["a\r\n\r\nb", null, "an empty line"],
  ["", null, "nothing"],
])("%j holds %j: %s", (text, found) => {
  expect(unsafeCell(text)).toBe(found);
});

test("whatever it holds, a line of ours holds nothing unsafe, in whatever pieces it comes", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(20), (cells, size) => {
      const text = csvLine(cells);
      const judge = new CsvJudge();
      for (let at = 0; at < text.length; at += size + 1) expect(judge.push(text.slice(at, at + size + 1))).toBe(null);
      expect(judge.end()).toBe(null);
    }),
  );
});

test("a cell that was not made safe is found, wherever it stands", () => {
  fc.assert(
    fc.property(fc.constantFrom("=", "+", "-", "@"), fc.array(fc.stringMatching(/^[a-z]*$/)), (sign, others) => {
      expect(unsafeCell([...others, `${sign}1`, "x"].join(","))).toBe(`${sign}1`);
    }),
  );
});
