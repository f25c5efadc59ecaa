import { describe, expect, test } from "vitest";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import { RULES } from "@/lib/detection/registry";
import { areDetectorsOn, detectorsId, resolveRules } from "@/lib/detection/resolve-rules";
import type { PluginWindow } from "@/lib/detection/types";
import { unprovenTypes } from "@/lib/detection/unproven-types";
import { at, beat, windowOf } from "@/test/fixtures/beat";

const errors = [{ code: "ERR_X", fingerprint: "f", count: 50 }];

/** One window per rule in which it must speak. A new rule without one turns the next test red. */
const FIXTURES: Readonly<Record<string, PluginWindow>> = {
  crash_loop: windowOf(["a", "b", "c", "d"].map((bootId, index) => beat(index * 20, { bootId }))),
  webhook_fail_rate: windowOf([beat(0, { telemetry: { webhook_fail_rate: 0.6, errors_last_24h: 50 } })]),
  identical_errors: windowOf([beat(0), beat(60, { errors })]),
  errors_jump: windowOf([beat(0), beat(120, { telemetry: { errors_last_24h: 80 } })]),
  queue_depth: windowOf([beat(0, { telemetry: { queue_depth: 2_000 } })]),
  latency_p95: windowOf([beat(0, { telemetry: { latency_p95_ms: 9_000 } })]),
  silence: windowOf([beat(0)], { now: at(400) }),
  drift: windowOf([beat(0, { diskVersion: "1.2.3" }), beat(900, { diskVersion: "1.2.3" })]),
};

test.each(RULES.map((rule) => [rule.id, rule] as const))("rule %s can fire, names itself and explains itself", (id, rule) => {
  const window = FIXTURES[id];
  expect(window, `no fixture in which ${id} fires`).toBeDefined();
  const found = evaluateRules(window!, {}).find((finding) => finding.ruleId === id);
  expect(found).toMatchObject({ ruleId: id, type: rule.type });
  expect(found!.explain.length).toBeGreaterThan(20);
  expect(found!.observedAt.getTime()).toBeLessThanOrEqual(window!.now.getTime());
});

test.each(RULES.map((rule) => [rule.id, rule] as const))(
  "rule %s is quiet about a healthy plugin, and its defaults fit its schema",
  (id, rule) => {
    const healthy = windowOf(Array.from({ length: 60 }, (_, index) => beat(index * 120)));
    expect(evaluateRules(healthy, {}).filter((finding) => finding.ruleId === id)).toEqual([]);
    expect(rule.params.safeParse(rule.defaults).success).toBe(true);
    expect(evaluateRules(windowOf([]), {})).toEqual([]);
  },
);

test("ids are unique", () => expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length));

test("a rule that is switched off says nothing", () => {
  const configured = { webhook_fail_rate: { enabled: false, params: {} } };
  expect(evaluateRules(FIXTURES.webhook_fail_rate!, configured)).toEqual([]);
});

test.each([[{ low: "x" }], [42], ["x"], [{ low: 0.9, medium: 0.5, high: 0.2 }], [[]], [{ low: Number.NaN }]])(
  "broken params %j neither throw nor silence the rule: its defaults stand in",
  (params) => {
    const configured = { webhook_fail_rate: { enabled: true, params } };
    expect(evaluateRules(FIXTURES.webhook_fail_rate!, configured)).toHaveLength(1);
    expect(resolveRules(configured).find(({ rule }) => rule.id === "webhook_fail_rate")?.areParamsValid).toBe(false);
  },
);

test("stored params are obeyed", () => {
  const params = { low: 0.7, medium: 0.8, high: 0.9, min_webhooks: 5, pool_seconds: 900 };
  expect(evaluateRules(FIXTURES.webhook_fail_rate!, { webhook_fail_rate: { enabled: true, params } })).toEqual([]);
});

test("a beat that carries no evidence proves nothing", () => {
  const quiet = { webhooks_sent: 40, webhooks_failed: 30 };
  const window = windowOf([beat(0, { telemetry: quiet }), beat(300, { telemetry: { ...quiet, webhook_fail_rate: 0 } })]);
  expect([...unprovenTypes(window)].sort()).toEqual(["contract_violation", "latency_p95", "queue_depth", "webhook_fail_rate"]);
  expect([...unprovenTypes(windowOf([beat(0), beat(300)]))]).toEqual(["contract_violation"]);
  expect([...unprovenTypes(windowOf([beat(0, { bootId: "a" }), beat(300)]))]).toEqual(["contract_violation", "crash_loop"]);
});

const [ONE, OTHER] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const off = { enabled: false, params: {} };
const on = { enabled: true, params: {} };

describe("the detectors over metrics", () => {
  test.each([
    ["nothing was said", {}, [true, true]],
    ["off everywhere", { detectors: off }, [false, false]],
    ["off for one", { [detectorsId(ONE)]: off }, [false, true]],
    ["off everywhere, on for one: the stricter wins", { detectors: off, [detectorsId(ONE)]: on }, [false, false]],
    ["on everywhere, off for one", { detectors: on, [detectorsId(ONE)]: off }, [false, true]],
  ])("%s", (_name, configured, expected) => {
    expect([ONE, OTHER].map((tenantId) => areDetectorsOn(configured, tenantId))).toEqual(expected);
  });

  test("no rule has that name", () => {
    expect(RULES.map(({ id }) => id).filter((id) => id.startsWith("detectors"))).toEqual([]);
  });
});
