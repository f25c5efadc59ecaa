import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding, IncidentType } from "@/lib/detection/types";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { CAUSES, causeOf, isMoreSpecific } from "@/lib/incidents/causes";
import type { GroupingAction } from "@/lib/incidents/group-findings";
import { groupFindings } from "@/lib/incidents/group-findings";
import type { IncidentState } from "@/lib/incidents/types";
import type { Severity } from "@/lib/kernel/severity";
import { SEVERITIES, severityRank } from "@/lib/kernel/severity";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const RULES = { clearBeats: 3, recurrenceSeconds: 3_600 };

const finding = (type: IncidentType, severity: Severity = "medium"): Finding => ({
  ruleId: type,
  type,
  severity,
  observedAt: NOW,
  statistic: "s",
  value: 1,
  usual: null,
  explain: "it is so",
});
const incident = (changes: Partial<IncidentState> = {}): IncidentState => ({
  id: "i1",
  type: "webhook_fail_rate",
  severity: "medium",
  status: "open",
  clearStreak: 0,
  reopenedCount: 0,
  resolvedAt: null,
  ...changes,
});
const group = (
  open: IncidentState[],
  resolved: IncidentState[],
  findings: Finding[],
  more: { isFreshBeat?: boolean; unproven?: IncidentType[] } = {},
) =>
  groupFindings({
    openIncidents: open,
    recentlyResolved: resolved,
    findings,
    isFreshBeat: more.isFreshBeat ?? true,
    unproven: new Set(more.unproven),
    now: NOW,
    rules: RULES,
  });
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

describe("opening", () => {
  test("several symptoms open one incident, named after the most specific, as grave as the worst", () => {
    const [action, ...rest] = group([], [], [finding("errors_jump", "high"), finding("webhook_fail_rate", "low"), finding("queue_depth")]);
    expect(rest).toEqual([]);
    expect(action).toMatchObject({ do: "open", type: "webhook_fail_rate", severity: "high" });
  });
  test("different causes open different incidents", () => {
    expect(group([], [], [finding("drift"), finding("webhook_fail_rate")]).map((action) => action.do)).toEqual(["open", "open"]);
  });
  test("nothing found, nothing open: nothing done", () => expect(group([], [], [])).toEqual([]));
});

describe("absorbing", () => {
  test.each([
    { was: "low", now: "high", severity: "high", isGraver: true },
    { was: "high", now: "low", severity: "high", isGraver: false },
  ] as const)("a $was incident that meets a $now finding is $severity", ({ was, now, severity, isGraver }) => {
    expect(group([incident({ severity: was })], [], [finding("webhook_fail_rate", now)])).toMatchObject([
      { do: "absorb", severity, isGraver },
    ]);
  });
  test("a sharper type renames an open incident, a blunter one does not", () => {
    expect(group([incident({ type: "errors_jump" })], [], [finding("webhook_fail_rate")])).toMatchObject([
      { do: "respecialise", type: "webhook_fail_rate" },
    ]);
    expect(group([incident()], [], [finding("errors_jump")])).toMatchObject([{ do: "absorb" }]);
  });
  test.each(["healing", "awaiting_approval"] as const)("an incident that is %s keeps the name its plan rests on", (status) => {
    expect(group([incident({ type: "errors_jump", status })], [], [finding("webhook_fail_rate")])).toMatchObject([{ do: "absorb" }]);
  });
});

describe("clearing", () => {
  test.each([
    { status: "open", streak: 0, expected: "clearStep" },
    { status: "open", streak: 1, expected: "clearStep" },
    { status: "open", streak: 2, expected: "resolveBySelf" },
    { status: "awaiting_approval", streak: 2, expected: "resolveBySelf" },
    { status: "healing", streak: 2, expected: "clearStep" },
    { status: "escalated", streak: 2, expected: "clearStep" },
  ] as const)("a clean beat after $streak on an incident that is $status -> $expected", ({ status, streak, expected }) => {
    expect(group([incident({ status, clearStreak: streak })], [], [])).toEqual([
      { do: expected, incidentId: "i1", clearStreak: streak + 1 },
    ]);
  });
  test.each(["healing", "escalated"] as const)("on one that is %s, clean beats that are enough are counted no further", (status) => {
    for (const clearStreak of [3, 4, 900]) expect(group([incident({ status, clearStreak })], [], [])).toEqual([]);
  });
  test("a scan without a fresh beat clears nothing", () =>
    expect(group([incident({ clearStreak: 2 })], [], [], { isFreshBeat: false })).toEqual([]));
  test("a beat that says nothing of the type clears nothing", () => {
    expect(group([incident({ clearStreak: 2 })], [], [], { unproven: ["webhook_fail_rate"] })).toEqual([]);
  });
  test("a symptom of the same cause is no clean beat", () => {
    expect(group([incident({ clearStreak: 2 })], [], [finding("latency_p95", "low")])).toMatchObject([{ do: "absorb" }]);
  });
});

describe("recurring", () => {
  test.each([
    { seconds: 10, expected: "reopen" },
    { seconds: 3_600, expected: "reopen" },
    { seconds: 3_601, expected: "open" },
  ])("the same cause $seconds s after the end -> $expected", ({ seconds, expected }) => {
    const resolved = incident({ status: "resolved", resolvedAt: ago(seconds), reopenedCount: 1 });
    const [action] = group([], [resolved], [finding("webhook_fail_rate")]);
    expect(action?.do).toBe(expected);
    if (action?.do === "reopen") expect(action).toMatchObject({ incidentId: "i1", reopenedCount: 2, isSameType: true });
  });
  test("another type of the cause reopens the incident under its own name", () => {
    const resolved = incident({ status: "resolved", resolvedAt: ago(60) });
    expect(group([], [resolved], [finding("latency_p95")])).toMatchObject([{ do: "reopen", type: "latency_p95", isSameType: false }]);
  });
  test("another cause does not", () => {
    expect(group([], [incident({ status: "resolved", resolvedAt: ago(60) })], [finding("drift")])).toMatchObject([{ do: "open" }]);
  });
});

test("every type belongs to exactly one cause, and each cause orders its types strictly", () => {
  for (const type of INCIDENT_TYPES) expect(CAUSES).toContain(causeOf(type));
  const service = INCIDENT_TYPES.filter((type) => causeOf(type) === "service");
  for (const a of service) for (const b of service) if (a !== b) expect(isMoreSpecific(a, b)).toBe(!isMoreSpecific(b, a));
  expect(isMoreSpecific("webhook_fail_rate", "errors_jump")).toBe(true);
});

/** What commands do with the actions, in memory. */
function applyTo(incidents: IncidentState[], actions: readonly GroupingAction[], now: Date): IncidentState[] {
  const next = incidents.map((state) => {
    const action = actions.find((candidate) => "incidentId" in candidate && candidate.incidentId === state.id);
    if (action?.do === "absorb") return { ...state, severity: action.severity, clearStreak: 0 };
    if (action?.do === "respecialise") return { ...state, type: action.type, severity: action.severity, clearStreak: 0 };
    if (action?.do === "clearStep") return { ...state, clearStreak: action.clearStreak };
    if (action?.do === "resolveBySelf") return { ...state, status: "resolved" as const, resolvedAt: now };
    if (action?.do === "reopen") {
      const { type, severity, reopenedCount } = action;
      return { ...state, type, severity, reopenedCount, status: "open" as const, resolvedAt: null, clearStreak: 0 };
    }
    return state;
  });
  const opened = actions.flatMap((action, index) =>
    action.do === "open" ? [incident({ id: `i${incidents.length}-${index}`, type: action.type, severity: action.severity })] : [],
  );
  return [...next, ...opened];
}

const SERVICE = INCIDENT_TYPES.filter((type) => causeOf(type) === "service");
const step = fc.record({
  findings: fc.array(fc.record({ type: fc.constantFrom(...SERVICE), severity: fc.constantFrom(...SEVERITIES) }), { maxLength: 3 }),
  isFreshBeat: fc.boolean(),
  gapSeconds: fc.integer({ min: 1, max: 600 }),
});

test("a flapping plugin never has more than one incident at a time, and less than an hour of quiet makes no second one", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let incidents: IncidentState[] = [];
      let now = NOW;
      let lastFindingAt = NOW;
      for (const { findings, isFreshBeat, gapSeconds } of steps) {
        now = new Date(now.getTime() + gapSeconds * 1_000);
        const before = incidents;
        const openIncidents = before.filter((state) => state.status !== "resolved");
        const recentlyResolved = before.filter((state) => state.status === "resolved");
        const found = findings.map(({ type, severity }) => finding(type, severity));
        incidents = applyTo(
          before,
          groupFindings({ openIncidents, recentlyResolved, findings: found, isFreshBeat, now, rules: RULES }),
          now,
        );
        const open = incidents.filter((state) => state.status !== "resolved");
        expect(open.length).toBeLessThanOrEqual(1);
        if (now.getTime() - lastFindingAt.getTime() < RULES.recurrenceSeconds * 1_000)
          expect(incidents.length).toBeLessThanOrEqual(Math.max(1, before.length));
        if (found.length > 0) {
          lastFindingAt = now;
          expect(severityRank(open[0]!.severity)).toBeGreaterThanOrEqual(Math.max(...found.map(({ severity }) => severityRank(severity))));
        }
      }
    }),
  );
});
