import { afterAll, expect, test } from "vitest";
import { catalogFaults, type Fault } from "./catalog";
import { CATALOG_RULES } from "./catalog-rules";
import { openAs } from "./open-as";
import { PLANTED_FAULTS } from "./planted-faults";
import { undone } from "./undone";

const sql = openAs("superuser");
afterAll(() => sql.end());

test("the migrated catalog keeps every rule", async () => {
  expect(await catalogFaults(sql)).toEqual([]);
});

test("there is a planted fault for every rule", () => {
  expect([...new Set(PLANTED_FAULTS.map(({ rule }) => rule))].toSorted()).toEqual(CATALOG_RULES.map(({ name }) => name).toSorted());
});

const isAbout = (pattern: string) => (fault: Fault) =>
  pattern.endsWith("%") ? fault.object.startsWith(pattern.slice(0, -1)) : fault.object === pattern;

test.each(PLANTED_FAULTS)("$rule turns red: $why", async ({ sql: plant, rule, object, also = [] }) => {
  const faults = await undone(sql, async (tx) => {
    await tx.unsafe(plant);
    return catalogFaults(tx);
  });
  expect(faults.filter(({ name }) => name === rule).some(isAbout(object))).toBe(true);
  expect([...new Set(faults.map(({ name }) => name))].toSorted()).toEqual([rule, ...also].toSorted());
});

test("what was planted is gone again", async () => {
  expect(await catalogFaults(sql)).toEqual([]);
});
