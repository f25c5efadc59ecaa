import { expect, test } from "vitest";
import { overallVerdict } from "./overall-verdict";

test.each([
  { total: 2, sick: 0, needs_person: 0, trusted: true, kind: "well", why: "nothing is open" },
  { total: 0, sick: 0, needs_person: 0, trusted: true, kind: "empty", why: "nobody is connected" },
  { total: 1, sick: 1, needs_person: 0, trusted: true, kind: "healing", why: "it is being mended" },
  { total: 3, sick: 2, needs_person: 1, trusted: true, kind: "needs_person", why: "one waits for somebody" },
  { total: 2, sick: 0, needs_person: 0, trusted: false, kind: "unknown", why: "old data vouches for nothing" },
  { total: 2, sick: 2, needs_person: 2, trusted: false, kind: "unknown", why: "nor does it accuse" },
] as const)("$sick of $total sick, $needs_person need a person, trusted $trusted -> $kind ($why)", ({ trusted, kind, ...counts }) => {
  expect(overallVerdict(counts, trusted)).toEqual({
    kind,
    sick: counts.sick,
    needing: counts.needs_person,
    total: counts.total,
  });
});
