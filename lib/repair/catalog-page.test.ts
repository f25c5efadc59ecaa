import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { REPAIR_JOBS } from "./registry";
import { catalogPage } from "./testing/catalog-page";

test("docs/REPAIR_JOB_CATALOG.md is what the code says", async () => {
  await expect(catalogPage(REPAIR_JOBS)).toMatchFileSnapshot(path.resolve("docs/REPAIR_JOB_CATALOG.md"));
});

test("every job is a file of its own, and every such file is in the catalogue", () => {
  const files = readdirSync("lib/repair").flatMap((name) => (/^repair-.*(?<!\.test)\.ts$/.test(name) ? [name] : []));
  expect(REPAIR_JOBS.map(({ key }) => `${key.replaceAll("_", "-")}.ts`).sort()).toEqual(files.sort());
});

test("money and rights take two people, and only the ledger is level 3", () => {
  const sensitive = REPAIR_JOBS.filter(({ isSensitive }) => isSensitive).map(({ key }) => key);
  expect(sensitive).toEqual(["repair_reconcile_invoices", "repair_ledger_entries", "repair_excess_permissions", "repair_migration"]);
  expect(REPAIR_JOBS.filter(({ level }) => level === 3).map(({ key }) => key)).toEqual(["repair_ledger_entries"]);
});
