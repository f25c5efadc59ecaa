import { expect, test } from "vitest";
import { keepRows } from "./keep-rows";

const row = (id: string, seq: number | null = null) => ({ id, seq });
const rows = (text: string) => [...text].map((id) => row(id));

test.each([
  { fresh: "cba", held: "cba", shown: "cba", waiting: 0, why: "nothing is new" },
  { fresh: "edcb", held: "cba", shown: "cba", waiting: 2, why: "two wait, and what left the page stays" },
  { fresh: "zyx", held: "cba", shown: "cba", waiting: 3, why: "so many are new that none is known" },
  { fresh: "ba", held: "cba", shown: "cba", waiting: 0, why: "a row that is gone from a filter stays until asked" },
  { fresh: "ba", held: "", shown: "ba", waiting: 0, why: "an empty list has nothing to keep still" },
  { fresh: "", held: "", shown: "", waiting: 0, why: "nothing happened" },
])("$fresh over $held: shows $shown, $waiting wait ($why)", ({ fresh, held, shown, waiting }) => {
  const kept = keepRows(rows(fresh), rows(held));
  expect({ shown: kept.rows.map(({ id }) => id).join(""), waiting: kept.waiting }).toEqual({ shown, waiting });
});

test("an entry that was sealed meanwhile says so in its place", () => {
  expect(keepRows([row("b"), row("a", 7)], [row("a")]).rows).toEqual([row("a", 7)]);
});
