import { expect, test } from "vitest";
import { EVERYTHING, fieldsOf, isNarrowed, keptAfter, rescoped, shownAt, withScope } from "./scope";

const TENANT = "0199aa00-0000-7000-8000-000000000001";
const OTHER = "0199aa00-0000-7000-8000-000000000002";
const shop = { tenantId: TENANT, moduleKey: null };
const both = { tenantId: TENANT, moduleKey: "search" };

const other = { tenantId: OTHER, moduleKey: null };
const search = { tenantId: null, moduleKey: "search" };

test.each([
  { href: "/incidents", kept: EVERYTHING, shown: EVERYTHING, why: "nothing was said or chosen" },
  { href: `/incidents?tenant_id=${TENANT.toUpperCase()}`, kept: EVERYTHING, shown: shop, why: "its list is narrowed by its address" },
  { href: `/incidents?tenant_id=${OTHER}`, kept: shop, shown: other, why: "the address is what the list shows" },
  { href: "/incidents", kept: both, shown: search, why: "the list shows everything, whatever was chosen; of modules it says nothing" },
  { href: "/incidents?tenant_id=", kept: shop, shown: EVERYTHING, why: "a name without a value is everything" },
  { href: "/incidents?tenant_id=all", kept: EVERYTHING, shown: EVERYTHING, why: "that is no tenant" },
  { href: `/module-incidents?tenant_id=${TENANT}&module_key=search&q=x`, kept: EVERYTHING, shown: both, why: "its list takes both" },
  { href: "/module-incidents?module=search", kept: EVERYTHING, shown: EVERYTHING, why: "that is another list's name" },
  { href: "/module-incidents?module_key=../etc", kept: EVERYTHING, shown: EVERYTHING, why: "that is no module" },
  { href: `/slos?module=${"a".repeat(41)}`, kept: EVERYTHING, shown: EVERYTHING, why: "that is no module either" },
  { href: `/offboarding?tenant_id=${OTHER}`, kept: EVERYTHING, shown: EVERYTHING, why: "whom it is about is that page's own" },
  { href: `/offboarding?tenant_id=${OTHER}`, kept: shop, shown: shop, why: "nor does it take away what was chosen" },
  { href: "/safety", kept: both, shown: both, why: "what was chosen holds where nothing is narrowed" },
])("$href with $kept chosen shows $shown: $why", ({ href, kept, shown }) => {
  expect(shownAt(href, kept)).toEqual(shown);
});

const link = { from: "/safety", isWayBack: false };
const back = { from: "/safety", isWayBack: true };
const there = `/fleet?tenant_id=${TENANT}`;
test.each([
  { ...link, to: "/fleet", kept: both, left: both, why: "a link that says nothing is asked anew within it" },
  { ...link, to: `/fleet?tenant_id=${OTHER}`, kept: EVERYTHING, left: EVERYTHING, why: "an address never adds to it" },
  { ...link, to: `/fleet?tenant_id=${OTHER}`, kept: shop, left: shop, why: "nor puts another in its place" },
  { ...link, to: "/fleet?tenant_id=&q=x", kept: both, left: search, why: "“any” was asked for by name" },
  { ...link, to: "/module-incidents?tenant_id=&module_key=", kept: both, left: EVERYTHING, why: "of both" },
  { ...link, to: "/slos?tenant_id=", kept: shop, left: shop, why: "that list knows no such name" },
  { ...link, to: "/offboarding?tenant_id=", kept: shop, left: shop, why: "nor does that page" },
  { ...link, from: `${there}&q=x`, to: "/fleet", kept: both, left: search, why: "“clear” lays the address bare" },
  { ...link, from: there, to: "/fleet?q=x", kept: shop, left: shop, why: "to look for something is not to clear" },
  { ...link, from: "/fleet", to: "/fleet", kept: shop, left: shop, why: "nothing was left" },
  { ...back, to: "/fleet", kept: both, left: search, why: "it is seen again as it was before it was chosen" },
  { ...back, to: there, kept: shop, left: shop, why: "it was chosen by then" },
  { ...back, to: "/safety", kept: both, left: both, why: "nothing was narrowed there" },
])("of $kept, from $from to $to (back: $isWayBack), $left is left: $why", ({ from, to, isWayBack, kept, left }) => {
  expect(keptAfter({ from, to, isWayBack }, kept)).toEqual(left);
});

test.each([
  { href: "/incidents", scope: EVERYTHING, led: "/incidents", why: "nothing is narrowed" },
  { href: "/incidents", scope: shop, led: `/incidents?tenant_id=${TENANT}`, why: "its list takes a tenant" },
  { href: "/incidents?severity=high", scope: shop, led: `/incidents?severity=high&tenant_id=${TENANT}`, why: "filters stay" },
  { href: `/incidents?tenant_id=${OTHER}`, scope: shop, led: `/incidents?tenant_id=${OTHER}`, why: "what it says itself wins" },
  { href: "/incidents?tenant_id=", scope: shop, led: "/incidents?tenant_id=", why: "everything was asked for by name" },
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
  { href: `/offboarding?tenant_id=${OTHER}`, scope: shop, led: `/offboarding?tenant_id=${OTHER}` },
  { href: "/incidents?tenant_id=", scope: shop, led: `/incidents?tenant_id=${TENANT}` },
  { href: "/module-incidents?module_key=catalog&q=x", scope: EVERYTHING, led: "/module-incidents?q=x" },
])("$href, chosen anew, is $led", ({ href, scope, led }) => {
  expect(rescoped(href, scope)).toBe(led);
});

test("a page is called narrowed only where its list is", () => {
  expect([isNarrowed("/fleet", shop), isNarrowed("/slos", shop), isNarrowed("/safety", both)]).toEqual([true, false, false]);
});

test("a page's own form sends along what its list is narrowed to, by the list's own names", () => {
  expect(fieldsOf("/module-incidents", both)).toEqual([
    ["tenant_id", TENANT],
    ["module_key", "search"],
  ]);
  expect([fieldsOf("/fleet", search), fieldsOf("/offboarding", both)]).toEqual([[], []]);
});
