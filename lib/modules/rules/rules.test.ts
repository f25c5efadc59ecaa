import { expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { MODULE_FINDING_TYPES } from "@/lib/modules/types";
import { evaluateModule, verdictOf, verdictSince } from "./evaluate-module";
import { judgeChecks } from "./judge-checks";
import { MODULE_RULES } from "./registry";
import { beating, check, errors, failing, minute, NOW, OTHER, TENANT, view } from "./testing/view";
import type { ModuleView } from "./types";

const none = { requests: 0, latency: {} };
const idle = view({ minutes: [], errors: [] });
const slow = { latency: { "45": 20 } }; // 1.2^45: 3.6 s

type Case = readonly [rule: string, ModuleView, says: string, why: string];
const CASES: readonly Case[] = [
  ["cross_tenant", view({ errors: [errors("ERR_CROSS_TENANT", 1)] }), "cross_tenant critical", "one is enough"],
  ["cross_tenant", view({ errors: [errors("ERR_TENANT_MISSING", 2)] }), "contract_violation high", "a signal of nobody"],
  ["cross_tenant", view({ errors: [errors("ERR_CROSS_TENANT", 9, 6)] }), "good", "longer ago than five minutes"],
  ["cross_tenant", { ...idle, beat: null }, "unknown", "nothing was ever heard"],
  ["silence", view({}, 31), "silence high", "three beats are missing"],
  ["silence", view({ criticality: "core" }, 31), "silence critical", "of the free core"],
  ["silence", view({}, 29), "good", "late, and no more"],
  ["silence", { ...view({}, 600), listeningSince: new Date(NOW.getTime() - 20_000) }, "unknown", "nobody listened"],
  ["silence", { ...idle, beat: null }, "unknown", "never heard of"],
  ["unanswered_checks", beating({ checks: [failing("no answer in time", { isUnknown: true })] }), "timeouts high", "twice in a row"],
  ["unanswered_checks", beating({ checks: [failing("", { isUnknown: true, failingBeats: 1 })] }), "unknown", "once is a moment"],
  ["unanswered_checks", beating({ checks: [failing("wrong")] }), "good", "it did come to an end"],
  ["unanswered_checks", beating({ checks: [failing("", { isUnknown: true })] }, 40), "unknown", "the word is old"],
  ["queue_saturation", beating({ queue: { depth: 200, capacity: 200 } }), "queue_saturation high", "full"],
  ["queue_saturation", beating({ queue: { depth: 165, capacity: 200 } }), "queue_saturation low", "over four fifths"],
  ["queue_saturation", beating({ queue: { depth: 12, capacity: 200 } }), "good", "room enough"],
  ["queue_saturation", view({ minutes: [minute(0, { queueDepthMax: 95, queueCapacity: 100 })] }), "queue_saturation medium", "by measure"],
  ["queue_saturation", idle, "unknown", "it says nothing of a queue"],
  [
    "integration_failures",
    view({ minutes: [minute(0, { surface: "integration", requests: 4, errors: 4 })] }),
    "integration_down high",
    "none answered",
  ],
  [
    "integration_failures",
    view({ minutes: [minute(0, { surface: "integration", requests: 4, errors: 2 })] }),
    "unknown",
    "two are an anecdote",
  ],
  ["integration_failures", view({ minutes: [minute(0, { surface: "integration" })] }), "good", "all answered"],
  ["integration_failures", view(), "unknown", "nobody asked anybody"],
  ["database_errors", view({ errors: [errors("ERR_DATABASE", 20)] }), "database_errors high", "told in records"],
  ["database_errors", view({ minutes: [minute(0, { dbErrors: 5 })] }), "database_errors medium", "measured"],
  ["database_errors", view(), "good", "work went well"],
  ["database_errors", idle, "unknown", "nobody came"],
  ["runaway_retries", view({ minutes: [minute(0, { retries: 40 })] }), "runaway_retries high", "two repeats for each try"],
  ["runaway_retries", view({ minutes: [minute(0, { retries: 5, requests: 6 })] }), "unknown", "five are not yet many"],
  ["runaway_retries", view(), "good", "nothing is repeated"],
  ["dead_letters", view({ minutes: [minute(0, { deadLetters: 1 })] }), "dead_letters low", "one"],
  ["dead_letters", view({ minutes: [minute(1, { deadLetters: 2 }), minute(9, { deadLetters: 4 })] }), "dead_letters medium", "and growing"],
  ["dead_letters", view({ minutes: [minute(0), minute(9, { deadLetters: 40 })] }), "good", "no new ones for five minutes"],
  ["dead_letters", idle, "unknown", "it says nothing"],
  ["timeout_share", view({ minutes: [minute(0, { requests: 4, timeouts: 3 })] }), "timeouts high", "three of four"],
  ["timeout_share", view({ minutes: [minute(0, { requests: 2, timeouts: 2 })] }), "unknown", "two are an anecdote"],
  ["timeout_share", view(), "good", "all in time"],
  ["identical_errors", view({ errors: [errors("ERR_ODD", 30)] }), "identical_errors low", "twenty a minute"],
  ["identical_errors", view({ errors: [errors("ERR_CACHE_CORRUPT", 30)] }), "data_invalid high", "the error itself names it"],
  ["identical_errors", view({ errors: [errors("WARN_QUOTA_EXCEEDED", 500)] }), "good", "a guard at work"],
  ["identical_errors", idle, "unknown", "nobody came"],
  ["error_share", view({ minutes: [minute(0, { errors: 12 })] }), "error_spike high", "more than half"],
  [
    "error_share",
    view({ minutes: [minute(0, { errors: 6 })], errors: [errors("ERR_INVOICE_SKEWED", 6)] }),
    "billing_anomaly high",
    "named by its errors",
  ],
  ["error_share", view({ minutes: [minute(0, { requests: 5, errors: 5 })] }), "unknown", "too few to say"],
  ["error_share", view({ minutes: [minute(0, none)] }), "unknown", "silence is no health"],
  ["error_share", view(), "good", "all went well"],
  ["slow_answers", view({ minutes: [minute(0, slow)] }), "perf_drift low", "over three seconds"],
  ["slow_answers", view({ minutes: [minute(0, { ...slow, surface: "job" })] }), "unknown", "a job may take its time"],
  ["slow_answers", view(), "good", "fast"],
  ["quota_overflow", view({ minutes: [minute(0, { quotaUsed: 130, quotaLimit: 100 })] }), "quota_overflow medium", "a third too much"],
  ["quota_overflow", view({ minutes: [minute(0, { quotaUsed: 100, quotaLimit: 100 })] }), "good", "used up is not over"],
  ["quota_overflow", view(), "unknown", "it has none"],
  [
    "billing_gap",
    view({ minutes: [minute(4, { meteredUnits: 100, billedUnits: 40 })] }),
    "billing_anomaly high",
    "more than half is not charged",
  ],
  ["billing_gap", view({ minutes: [minute(4, { meteredUnits: 100, billedUnits: 98 })] }), "good", "near enough"],
  ["billing_gap", view({ minutes: [minute(0, { meteredUnits: 100 })] }), "unknown", "what is under way may be charged yet"],
];

test.each(CASES.map(([id, seen, says, why]) => [id, says, why, seen] as const))("%s -> %s: %s", (id, says, why, seen) => {
  const rule = MODULE_RULES.find((one) => one.id === id);
  const verdict = rule?.judge(seen, rule.defaults);
  expect(verdict?.is === "bad" ? `${verdict.type} ${verdict.severity}` : verdict?.is, why).toBe(says);
});

test("every rule can fire, can be good, and can know nothing; params stand by their schema", () => {
  for (const rule of MODULE_RULES) {
    const said = new Set(CASES.filter(([id]) => id === rule.id).map(([, , says]) => says.split(" ").at(-1)));
    expect(rule.params.safeParse(rule.defaults).success, rule.id).toBe(true);
    expect(
      [...said].some((one) => !["good", "unknown"].includes(one ?? "")),
      `${rule.id} fires`,
    ).toBe(true);
    expect(said.has("unknown"), `${rule.id} knows nothing`).toBe(true);
    expect(said.has("good"), `${rule.id} is good`).toBe(true);
    expect(MODULE_FINDING_TYPES).toContain(rule.type);
  }
});

test.each([
  [failing("3 documents are not in the index (ERR_INDEX_INCOMPLETE)"), "data_invalid"],
  [failing("9 invoices of 3 tenants (ERR_INVOICE_SKEWED)"), "billing_anomaly"],
  [failing("2 permissions that no role gives (ERR_PERMISSION_EXCESS)"), "contract_violation"],
  [failing("the scheduler's process is dead (ERR_SCHEDULER_DEAD)"), "silence"],
  [failing("something of its own"), "data_invalid"],
  [failing("", { failingBeats: 1 }), "unknown"],
  [failing("no answer in time", { isUnknown: true }), "unknown"],
  [check(), "good"],
])("a check says what it says: %#", (one, says) => {
  const [{ verdict } = { verdict: null }] = judgeChecks(beating({ checks: [one] }));
  expect(verdict?.is === "bad" ? verdict.type : verdict?.is).toBe(says);
});

test("a word that is no longer fresh says nothing", () => {
  expect(judgeChecks(beating({ checks: [failing("x")] }, 31))).toEqual([]);
  expect(verdictOf(beating({ checks: [check()] }, 31), "check:index_complete", PLATFORM_TENANT)).toBe("unknown");
  expect(verdictOf(view(), "no such rule", PLATFORM_TENANT)).toBe("unknown");
});

test("what two tenants have is told of all; what one has, of that one, however many are well", () => {
  const bad = (tenantId: string) => minute(0, { tenantId, errors: 15 });
  const whose = (minutes: ModuleView["minutes"]) =>
    evaluateModule(view({ minutes })).map(({ ruleId, tenantId }) => `${ruleId} ${tenantId}`);
  expect(whose([bad(TENANT), bad(OTHER)])).toEqual([`error_share ${PLATFORM_TENANT}`]);
  expect(whose([bad(TENANT), minute(0, { tenantId: OTHER })])).toEqual([`error_share ${TENANT}`]);
  expect(whose([bad(TENANT), minute(0, { tenantId: OTHER, requests: 10_000 })])).toEqual([`error_share ${TENANT}`]);
  expect(whose([minute(0), minute(0, { tenantId: OTHER })])).toEqual([]);
});

test("what one tenant has is no fault of all because another has a little of it too", () => {
  const third = "0190a000-0000-7000-8000-000000000003";
  const share = (tenantId: string, wrong: number, requests: number) => minute(0, { tenantId, requests, errors: wrong });
  const whose = (given: Partial<ModuleView>) => evaluateModule(view(given)).map(({ ruleId, tenantId }) => `${ruleId} ${tenantId}`);
  expect(whose({ minutes: [share(TENANT, 60, 60), share(OTHER, 1, 40)] })).toEqual([`error_share ${TENANT}`]);
  expect(whose({ minutes: [share(TENANT, 60, 60), share(OTHER, 1, 1)] })).toEqual([`error_share ${TENANT}`]);
  // Too few of the others asked to be judged by themselves, and they fail as often as the one does.
  expect(whose({ minutes: [share(TENANT, 18, 20), share(OTHER, 3, 3), share(third, 2, 3)] })).toEqual([`error_share ${PLATFORM_TENANT}`]);
  const repeated = (own: number, others: number) => [errors("ERR_ODD", own), errors("ERR_ODD", others, 0, OTHER)];
  const asked = [minute(0, { requests: 500 }), minute(0, { tenantId: OTHER, requests: 500 })];
  expect(whose({ minutes: asked, errors: repeated(60, 1) })).toEqual([`identical_errors ${TENANT}`]);
  expect(whose({ minutes: asked, errors: repeated(60, 55) })).toEqual([`identical_errors ${PLATFORM_TENANT}`]);
});

test("how often a row is looked at does not grow with the number of tenants", () => {
  const looksAtEach = (count: number) => {
    let looks = 0;
    const rows = Array.from({ length: count }, (_none, n) => {
      const id = `0190a000-0000-7000-8000-${String(n).padStart(12, "0")}`;
      return Object.defineProperty(minute(0, { errors: 1 }), "tenantId", { get: () => ++looks && id, enumerable: true });
    });
    evaluateModule(view({ minutes: rows }));
    return looks / count;
  };
  expect(looksAtEach(400)).toBeLessThan(looksAtEach(40) * 2);
});

test("after a change only what began after it counts", () => {
  const mended = view({ minutes: [minute(0), minute(2, { errors: 20 })] });
  const since = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
  expect(verdictSince(mended, "error_share", TENANT, since(1))).toBe("good");
  expect(verdictSince(mended, "error_share", TENANT, since(0.1))).toBe("unknown");
  expect(verdictSince(view(), "check:index_complete", TENANT, since(0))).toBe("unknown");
  expect(verdictSince(view(), "check:index_complete", TENANT, since(1))).toBe("good");
});
