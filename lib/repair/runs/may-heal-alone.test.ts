import { describe, expect, test } from "vitest";
import { mayHealAlone, takesAwayOnly } from "./may-heal-alone";

const row = (before: object | null, after: object | null) => ({ table: "grants", key: { id: 1 }, before, after }) as never;
const RUN = {
  ...{ job: "repair_reconcile_invoices", moduleKey: "billing", tenantId: "a", tenantIds: ["a"] },
  ...{ level: 2, needsTwo: true, rowsTotal: 3, rows: [] },
};
const ACTION = { action: "repair_reconcile_invoices", moduleKey: "billing", tenantId: "a", approvedBy: null };
const RIGHTS = { job: "repair_excess_permissions", rowsTotal: 1 };
const FIX = { action: "repair_excess_permissions" };
const gone = row({ role: "admin" }, null);

describe("takes away only", () => {
  test.each<[string, never, boolean]>([
    ["a row that goes", gone, true],
    ["a row that comes", row(null, { role: "admin" }), false],
    ["fewer of a list", row({ roles: ["a", "b"], n: 1 }, { roles: ["b"], n: 1 }), true],
    ["another of a list", row({ roles: ["a", "b"] }, { roles: ["c"] }), false],
    ["one twice", row({ roles: ["a", "b"] }, { roles: ["a", "a"] }), false],
    ["another value", row({ role: "viewer" }, { role: "admin" }), false],
    ["a cell more", row({ role: "viewer" }, { role: "viewer", isOwner: true }), false],
    ["a right that is turned off", row({ isOwner: true }, { isOwner: false }), true],
    ["a right that is turned on", row({ isOwner: false }, { isOwner: true }), false],
    ["nothing to nothing", row(null, null), false],
  ])("%s: %#", (_what, one, isSo) => {
    expect(takesAwayOnly(one)).toBe(isSo);
  });
});

test.each<[string, object, object, boolean]>([
  ["what policy permits", {}, {}, true],
  ["a level that needs nobody", { level: 1, needsTwo: false }, {}, false],
  ["more rows than somebody could look through", { rowsTotal: 501 }, {}, false],
  ["rows that were not counted", { rowsTotal: null }, {}, false],
  ["one person agreed to what needs two", {}, { approvedBy: "person:a@b.c" }, false],
  ["one person agreed to what needs one", { needsTwo: false }, { approvedBy: "person:a@b.c" }, true],
  ["another job", { job: "repair_invalid_fields" }, {}, false],
  ["another module", { moduleKey: "shop" }, {}, false],
  ["another tenant", { tenantIds: ["b"] }, {}, false],
  ["a tenant more", { tenantIds: ["a", "b"] }, {}, false],
  ["all tenants, for the platform's own action", { tenantIds: ["a", "b"] }, { tenantId: "00000000-0000-0000-0000-000000000000" }, true],
  ["rights that are taken away", { ...RIGHTS, rows: [gone] }, FIX, true],
  ["a right that is given", { ...RIGHTS, rowsTotal: 2, rows: [gone, row(null, { role: "admin" })] }, FIX, false],
  ["rights of which not all rows are shown", { ...RIGHTS, rowsTotal: 2, rows: [gone] }, FIX, false],
])("by Center alone: %s", (_what, run, action, may) => {
  expect(mayHealAlone({ ...RUN, ...run }, { ...ACTION, ...action })).toBe(may);
});
