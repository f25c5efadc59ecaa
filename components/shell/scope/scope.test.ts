import { expect, test } from "vitest";
import { EVERYTHING, isNarrowed, joinScopes, rescoped, scopeOf, withScope } from "./scope";

const TENANT = "0199aa00-0000-7000-8000-000000000001";
const OTHER = "0199aa00-0000-7000-8000-000000000002";
const shop = { tenantId: TENANT, moduleKey: null };
const both = { tenantId: TENANT, moduleKey: "search" };

test.each([
  { query: "", scope: EVERYTHING },
  { query: `tenant_id=${TENANT.toUpperCase()}`, scope: shop },
  { query: `tenant_id=${TENANT}&module=search&q=x`, scope: both },
  { query: "tenant_id=all&module=../etc", scope: EVERYTHING },
  { query: `tenant_id=${TENANT}&module_key=search`, scope: both },
  { query: `module=${"a".repeat(41)}`, scope: EVERYTHING },
])("an address with “$query” says $scope", ({ query, scope }) => {
  expect(scopeOf(new URLSearchParams(query))).toEqual(scope);
});

test.each([
  { href: "/incidents", scope: EVERYTHING, led: "/incidents", why: "nothing is narrowed" },
  { href: "/incidents", scope: shop, led: `/incidents?tenant_id=${TENANT}`, why: "its list takes a tenant" },
  { href: "/incidents?severity=high", scope: shop, led: `/incidents?severity=high&tenant_id=${TENANT}`, why: "filters stay" },
  { href: `/incidents?tenant_id=${OTHER}`, scope: shop, led: `/incidents?tenant_id=${OTHER}`, why: "what it says itself wins" },
  { href: "/slos", scope: both, led: "/slos?module=search", why: "objectives are the modules'" },
  { href: "/module-incidents", scope: both, led: `/module-incidents?tenant_id=${TENANT}&module_key=search`, why: "its list takes both" },
  { href: "/safety", scope: both, led: "/safety", why: "safety is never narrowed by chance" },
  { href: "/incidents/7", scope: shop, led: "/incidents/7", why: "one incident is one incident" },
])("$href within $scope leads to $led: $why", ({ href, scope, led }) => {
  expect(withScope(href, scope)).toBe(led);
});

test.each([
  { href: `/fleet?tenant_id=${OTHER}&sort=worst&cursor=abc`, scope: shop, led: `/fleet?sort=worst&tenant_id=${TENANT}` },
  { href: `/fleet?tenant_id=${OTHER}&cursor=abc`, scope: EVERYTHING, led: "/fleet" },
  { href: "/safety", scope: shop, led: "/safety" },
  { href: "/module-incidents?module_key=catalog&q=x", scope: EVERYTHING, led: "/module-incidents?q=x" },
])("$href, chosen anew, is $led", ({ href, scope, led }) => {
  expect(rescoped(href, scope)).toBe(led);
});

test("what an address says wins over what was chosen before, part by part", () => {
  expect(joinScopes({ tenantId: OTHER, moduleKey: null }, both)).toEqual({ tenantId: OTHER, moduleKey: "search" });
  expect(joinScopes(EVERYTHING, both)).toEqual(both);
});

test("a page is called narrowed only where its list is", () => {
  expect([isNarrowed("/fleet", shop), isNarrowed("/slos", shop), isNarrowed("/safety", both)]).toEqual([true, false, false]);
});
