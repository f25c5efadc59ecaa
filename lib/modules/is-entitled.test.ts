import { expect, test } from "vitest";
import { isEntitled } from "./is-entitled";

test.each([
  { criticality: "core", row: null, is: true, why: "the core is everybody's" },
  { criticality: "core", row: { isEntitled: false, status: "revoked" }, is: true, why: "no row takes the core away" },
  { criticality: "standard", row: null, is: false, why: "nothing was said" },
  { criticality: "standard", row: { isEntitled: true, status: "active" }, is: true, why: "it was said" },
  { criticality: "optional", row: { isEntitled: false, status: "active" }, is: false, why: "it was taken away" },
  { criticality: "optional", row: { isEntitled: true, status: "revoked" }, is: false, why: "the module itself was revoked there" },
] as const)("$criticality with $row -> $is ($why)", ({ criticality, row, is }) => {
  expect(isEntitled({ criticality }, row)).toBe(is);
});
