import { describe, expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { MODULE_FINDING_TYPES } from "@/lib/modules/types";
import { moduleCauseOf } from "./causes";
import { type GroupInput, groupModuleFindings } from "./group-findings";
import { evidenceOf, placeFindings } from "./place-findings";
import { tellStories } from "./tell-stories";
import type { KnownIncident, Spoken, Told } from "./types";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const TENANT = "0190a000-0000-7000-8000-000000000001";
const RULES = { clearSeconds: 30, recurrenceSeconds: 3_600, seenAgainSeconds: 60 };

const finding = (given: Partial<Spoken> = {}): Spoken => ({
  ...{ source: "rules", ruleId: "error_share", type: "error_spike", tenantId: PLATFORM_TENANT, moduleKey: "search", severity: "medium" },
  ...{ observedAt: ago(10), statistic: "error_rate", value: 0.5, usual: 0.1, explain: "half fails", evidence: [] },
  ...given,
});
const incident = (given: Partial<KnownIncident> = {}): KnownIncident => ({
  ...{
    id: "i1",
    tenantId: PLATFORM_TENANT,
    moduleKey: "search",
    cause: "service",
    type: "error_spike",
    severity: "medium",
    status: "open",
  },
  ...{
    rules: ["rules/error_share"],
    openedAt: ago(100),
    lastSeenAt: ago(5),
    clearedAt: null,
    resolvedAt: null,
    reopenedCount: 0,
    suppressedBy: null,
    acknowledgedAt: null,
  },
  ...given,
});
const group = (given: Partial<GroupInput>) =>
  groupModuleFindings({ incidents: [], findings: [], evidence: {}, now: NOW, rules: RULES, ...given });

test("every type belongs to a cause", () => {
  for (const type of MODULE_FINDING_TYPES) expect(moduleCauseOf(type)).toBeTruthy();
});

describe("what is said becomes one incident for each cause", () => {
  test("the sharpest word names it, and all of them stand behind it", () => {
    const findings = [finding(), finding({ ruleId: "check:service_answers", type: "integration_down", severity: "high" })];
    expect(group({ findings })).toMatchObject([
      { do: "open", cause: "service", severity: "high", findings: [{ type: "integration_down" }, {}] },
    ]);
  });
  test("two causes are two", () => {
    expect(group({ findings: [finding(), finding({ type: "data_invalid" })] }).map((one) => one.do)).toEqual(["open", "open"]);
  });
  test("what is known goes on without a word, but for once a minute", () => {
    expect(group({ incidents: [incident()], findings: [finding()] })).toEqual([]);
    expect(group({ incidents: [incident({ lastSeenAt: ago(61) })], findings: [finding()] })).toMatchObject([
      { do: "see", isGraver: false },
    ]);
  });
  test.each([
    [{}, finding({ severity: "high" }), { isGraver: true, severity: "high" }],
    [{ severity: "critical" as const }, finding({ type: "integration_down" }), { isRenamed: true, severity: "critical" }],
    [{ status: "healing" as const }, finding({ type: "integration_down", ruleId: "other" }), { isRenamed: false }],
    [{ clearedAt: ago(3) }, finding(), { isRenamed: false, isGraver: false }],
  ])("what is new about it is told: %#", (known, said, told) => {
    expect(group({ incidents: [incident(known)], findings: [said] })).toMatchObject([{ do: "see", ...told }]);
  });
  test("the same trouble within the hour is the same incident again", () => {
    const ended = incident({ status: "resolved", resolvedAt: ago(600) });
    expect(group({ incidents: [ended], findings: [finding()] })).toMatchObject([{ do: "reopen", incidentId: "i1" }]);
    expect(group({ incidents: [{ ...ended, resolvedAt: ago(3_700) }], findings: [finding()] })).toMatchObject([{ do: "open" }]);
  });
});

describe("only fresh good evidence ends it", () => {
  test.each([
    [{}, "good", ["clear"]],
    [{ clearedAt: ago(29) }, "good", []],
    [{ clearedAt: ago(30) }, "good", ["resolve"]],
    [{ clearedAt: ago(30), status: "healing" }, "good", []],
    [{ clearedAt: ago(30), status: "escalated" }, "good", []],
    [{ clearedAt: ago(29) }, "unknown", ["doubt"]],
    [{}, "unknown", []],
  ] as const)("%o with %s evidence -> %o", (known, evidence, does) => {
    expect(group({ incidents: [incident(known)], evidence: { i1: evidence } }).map((one) => one.do)).toEqual(does);
  });
  const told = (unknown: readonly string[] = []): Told => ({ findings: [], isUnknown: ({ ruleId }) => unknown.includes(ruleId) });
  test.each([
    [["rules/error_share"], told(), "good"],
    [["rules/error_share"], told(["error_share"]), "unknown"],
    [["rules/check:a", "rules/error_share"], told(["error_share"]), "good"],
    [["rules/error_share"], null, "unknown"],
    [["rules/error_share", "slo/x"], told(), "unknown"],
  ] as const)("%o -> %#", (rules, answer, evidence) => {
    expect(evidenceOf(incident({ rules }), [{ name: "rules", told: answer }])).toBe(evidence);
  });
});

describe("a story is told once", () => {
  const say = (...findings: Spoken[]) => [{ name: "rules", told: { findings, isUnknown: () => true } }];
  test("what is said of all tenants takes in what is said of one", () => {
    const placed = placeFindings(say(finding(), finding({ tenantId: TENANT }), finding({ tenantId: TENANT, type: "data_invalid" })), []);
    expect(placed.map(({ tenantId, type }) => `${tenantId === TENANT} ${type}`)).toEqual([
      "false error_spike",
      "false error_spike",
      "true data_invalid",
    ]);
  });
  test("so does what is told of all already", () => {
    expect(placeFindings(say(finding({ tenantId: TENANT })), [incident()])).toMatchObject([{ tenantId: PLATFORM_TENANT }]);
  });

  const place = (moduleKey: string, ...dependencies: string[]) =>
    ({ moduleKey, criticality: moduleKey === "catalog" ? "core" : "standard", dependencies }) as const;
  const MODULES = [
    place("catalog"),
    place("search", "catalog"),
    place("exports", "storage"),
    place("storage", "catalog"),
    place("mail"),
    place("ocr"),
  ];
  const of = (moduleKey: string, given: Partial<KnownIncident> = {}) => incident({ id: moduleKey, moduleKey, type: "timeouts", ...given });
  test.each([
    ["one of a tenant by that of all", [of("search"), of("search", { id: "own", tenantId: TENANT })], { own: "search" }],
    ["a symptom by what it stands on, however far down", [of("catalog"), of("exports")], { exports: "catalog" }],
    ["no fault of its own", [of("catalog"), of("search", { type: "dead_letters" })], {}],
    ["no other cause", [of("catalog"), of("search", { cause: "data", type: "data_invalid" })], {}],
    ["what half of all show at once, by the free core's", [of("mail"), of("catalog"), of("ocr")], { mail: "catalog", ocr: "catalog" }],
    ["two alone are two", [of("mail"), of("ocr")], {}],
    ["a grave one by no milder one beneath", [of("catalog", { severity: "low" }), of("search", { severity: "critical" })], {}],
    [
      "nor by a milder one that many have",
      [of("mail"), of("catalog", { severity: "low" }), of("ocr", { severity: "low" })],
      { ocr: "catalog" },
    ],
    ["nothing new by what somebody owns", [of("catalog", { acknowledgedAt: ago(5) }), of("search")], {}],
    ["nothing new by what people were called for", [of("catalog", { status: "escalated" }), of("search")], {}],
    ["nothing by what began long before", [of("catalog", { openedAt: ago(3_600) }), of("search")], {}],
    [
      "what it tells it goes on telling",
      [of("catalog", { acknowledgedAt: ago(5), openedAt: ago(3_600) }), of("search", { suppressedBy: "catalog" })],
      { search: "catalog" },
    ],
  ])("%s", (_what, live, stories) => {
    expect(Object.fromEntries(tellStories(live, MODULES))).toEqual(stories);
  });
});
