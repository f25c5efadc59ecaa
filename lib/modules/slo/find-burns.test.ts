import { expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { findBurns } from "./find-burns";
import { NO_SUMS } from "./sums";
import { type MeasuredService, type ScopeSums, type Sums, WINDOWS, type WindowName } from "./types";

const at = new Date("2026-01-31T12:00:00Z");
const services: MeasuredService[] = ["a", "b"].map((key) => ({
  moduleId: key,
  moduleKey: key,
  title: key.toUpperCase(),
  criticality: "standard",
}));
const windows = (of: (name: WindowName, minutes: number) => Partial<Sums>) =>
  Object.fromEntries(
    (Object.keys(WINDOWS) as WindowName[]).map((name) => [name, { ...NO_SUMS, ...of(name, WINDOWS[name] / 60) }]),
  ) as Record<WindowName, Sums>;

/** Ten requests a minute, of which this share has failed ever since. A standard module on the tenants' surface promises 99.5 %. */
const scope = (tenantId: string, share: number, perMinute = 10, moduleId = "a"): ScopeSums => ({
  ...{ tenantId, moduleId, surface: "tenant" },
  windows: windows((_name, minutes) => ({ minutes, requests: minutes * perMinute, errors: minutes * perMinute * share })),
});
const told = (...sums: ScopeSums[]) =>
  findBurns(services, sums, at).findings.map(({ tenantId, moduleKey, severity }) => [tenantId, moduleKey, severity]);

test.each([
  ["all is well", [scope("x", 0), scope("y", 0)], []],
  ["one burns", [scope("x", 0.2), scope("y", 0), scope("z", 0)], [["x", "a", "critical"]]],
  ["two burn: it is everybody's", [scope("x", 0.2), scope("y", 0.2), scope("z", 0)], [[PLATFORM_TENANT, "a", "critical"]]],
  ["only one there is, and it burns", [scope("x", 0.2)], [["x", "a", "critical"]]],
  [
    "each too small to tell, all of them not",
    Array.from({ length: 40 }, (_none, n) => scope(`t${n}`, 0.2, 0.05)),
    [[PLATFORM_TENANT, "a", "critical"]],
  ],
  ["everybody a little, one a lot", [scope("x", 0.2, 5), scope("y", 0.01), scope("z", 0.01)], "both"],
  ["the platform's own", [scope(PLATFORM_TENANT, 0.2)], [[PLATFORM_TENANT, "a", "critical"]]],
  [
    "another module is another finding",
    [scope("x", 0.2), scope("x", 0.2, 10, "b")],
    [
      ["x", "a", "critical"],
      ["x", "b", "critical"],
    ],
  ],
  ["by 6", [scope("x", 0.04)], [["x", "a", "critical"]]],
  ["by 3", [scope("x", 0.02)], [["x", "a", "medium"]]],
  ["by 1", [scope("x", 0.008)], [["x", "a", "low"]]],
  ["within what is promised", [scope("x", 0.004)], []],
] as const)("%s", (_why, sums, expected) => {
  const found = told(...sums);
  if (expected !== "both") return expect(found).toEqual(expected);
  // All together burn as fast as the one: it is said once, for all.
  expect(found).toEqual([[PLATFORM_TENANT, "a", "critical"]]);
});

test("a tenant that burns more sharply than all of them together is told of beside them", () => {
  const found = told(scope("x", 0.9, 0.5), ...["u", "v", "w"].map((id) => scope(id, 0.01, 100)));
  expect(found).toEqual([
    [PLATFORM_TENANT, "a", "low"],
    ["x", "a", "critical"],
  ]);
});

test("one finding for all that burns in a module, named after the sharpest, with the others as evidence", () => {
  const sick = {
    ...scope("x", 0.02),
    windows: windows((_name, minutes) => ({ minutes, requests: minutes * 10, errors: minutes * 0.2, timeouts: minutes })),
  };
  const [finding, ...more] = findBurns(services, [sick], at).findings;
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    ...{
      ruleId: "error_budget_burn:a.tenant.timeouts",
      type: "slo_burn",
      severity: "critical",
      statistic: "error_budget_burn",
      value: 20,
      usual: 1,
    },
    explain: "A spends its error budget for timeouts on the surface tenant 20 times as fast as it may, over 5m and 1h.",
  });
  expect(finding?.evidence.map(({ label }) => label)).toEqual(["a.tenant.timeouts", "a.tenant.error_rate"]);
  expect(finding?.evidence[0]?.value).toBe("20 times (5m), 20 times (1h); 60 of 600 bad in 1h; -1900 % of its budget left");
});

test("of whom nothing was heard, or too little, it is not over", () => {
  const quiet = { ...scope("q", 0), windows: { ...scope("q", 0).windows, "5m": NO_SUMS, "30m": NO_SUMS, "1h": NO_SUMS } };
  const { isUnknown } = findBurns(services, [scope("x", 0), scope("few", 0, 0.01), quiet], at);
  const of = (tenantId: string, moduleKey = "a") => isUnknown({ tenantId, moduleKey, ruleId: "error_budget_burn" });
  expect([of("x"), of(PLATFORM_TENANT), of("few"), of("q"), of("nobody"), of("x", "b"), of("x", "none")]).toEqual([
    ...[false, false, true, true, true, true, true],
  ]);
});

test("what burnt is not over because another of the module's objectives is known", () => {
  const { isUnknown } = findBurns(services, [scope("x", 0), { ...scope("x", 0, 0.01), surface: "admin" }], at);
  const of = (objective: string) => isUnknown({ tenantId: "x", moduleKey: "a", ruleId: `error_budget_burn:${objective}` });
  expect(["a.tenant.error_rate", "a.admin.error_rate", "a.job.error_rate", "b.tenant.error_rate"].map(of)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});
