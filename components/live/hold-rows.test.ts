import fc from "fast-check";
import { expect, test } from "vitest";
import { holdRows } from "./hold-rows";

const rows = (...ids: string[]) => ids.map((id) => ({ id, text: `new ${id}` }));

test.each([
  { fresh: ["b", "a"], held: null, shown: ["b", "a"], waiting: 0, why: "nobody holds the list" },
  { fresh: ["c", "b", "a"], held: ["a", "b"], shown: ["a", "b"], waiting: 1, why: "a new row waits" },
  { fresh: ["b"], held: ["a", "b"], shown: ["b"], waiting: 0, why: "a row that is gone goes" },
  { fresh: ["a", "b"], held: ["b", "a"], shown: ["b", "a"], waiting: 0, why: "the order stands still" },
])("$fresh over $held shows $shown ($why)", ({ fresh, held, shown, waiting }) => {
  const result = holdRows(rows(...fresh), held);
  expect(result.rows.map(({ id }) => id)).toEqual(shown);
  expect(result.waiting).toBe(waiting);
});

test("what is shown always has its newest content, and nothing is lost", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 8 });
  fc.assert(
    fc.property(ids, ids, (fresh, held) => {
      const result = holdRows(rows(...fresh), held);
      expect(result.rows.every((row) => row.text === `new ${row.id}`)).toBe(true);
      expect(result.rows.length + result.waiting).toBe(fresh.length);
    }),
  );
});
