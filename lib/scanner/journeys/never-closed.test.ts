import { expect, test } from "vitest";
import { isNeverClosed, NEVER_CLOSED, namesNeverClosed } from "@/lib/platform/web/blocks/never-closed";
import accessTable from "../access-table.json";

test("what is never closed is there, and somebody was given the right to it", () => {
  expect(NEVER_CLOSED.routes.filter((route) => !Object.hasOwn(accessTable.routes, route))).toEqual([]);
});

test.each([
  ["POST", "/api/ops/kill-switch", true],
  ["POST", "/api/ops/scanner/blocks/0190/lift", true],
  ["POST", "/api/auth/callback/credentials", true],
  ["HEAD", "/api/health", true],
  ["POST", "/api/plugins/heartbeat", true],
  // A handler that nobody knows beside them, an export, and everything else.
  ["DELETE", "/api/ops/kill-switch", false],
  ["GET", "/api/ops/audit/export", false],
  ["GET", "/api/ops/tenants", false],
])("%s %s is never closed: %j", (method, path, is) => {
  expect(isNeverClosed(method, path)).toBe(is);
});

test.each([
  ["* /api/ops/kill-switch", true],
  ["POST /api/ops/emergency-rollback", true],
  ["PUT /api/ops/step-up/factor", true],
  ["* /api/[x]/[...y]", false],
  ["* /api/ops/tenants", false],
])("%s is about one of them: %j", (target, is) => {
  expect(namesNeverClosed(target)).toBe(is);
});
