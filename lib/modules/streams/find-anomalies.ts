import type { Expected } from "@/lib/detection/detectors/spike";
import { groupBy } from "@/lib/kernel/group-by";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Severity } from "@/lib/kernel/severity";
import type { ModuleFinding, ModuleFindingType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { OF_TENANTS } from "./module-streams";
import { type Heard, MEASURES, type Measure, type ModuleStreams, type RaisedMeasure } from "./types";

/** What is remembered of one module for one tenant, as far as it is told. */
export interface ToldStreams extends Pick<ModuleStreams, "raised" | "heard" | "calmUntil"> {
  readonly tenantId: string;
  readonly moduleKey: string;
}

/** What is found where a measure leaves what is usual, and how grave that is by itself: a detector's word alone wakes nobody. */
const FOUND: Readonly<Record<Exclude<Measure, "requests">, { readonly type: ModuleFindingType; readonly severity: Severity }>> = {
  error_rate: { type: "error_spike", severity: "low" },
  latency_p95_ms: { type: "perf_drift", severity: "low" },
  latency_p99_ms: { type: "perf_drift", severity: "low" },
  metered_units: { type: "metering_anomaly", severity: "medium" },
  unbilled_share: { type: "billing_anomaly", severity: "medium" },
};

const round = (value: number) => String(Number(value.toPrecision(3)));
const percent = (share: number) => `${round(share * 100)} %`;

/** A figure of a measure with its unit. */
function writeMeasure(measure: Measure, value: number): string {
  if (measure === "error_rate" || measure === "unbilled_share") return percent(value);
  return measure === "requests" || measure === "metered_units" ? round(value) : `${round(value)} ms`;
}

const bandOf = (measure: Measure, { low, high }: Expected) => `${writeMeasure(measure, low)} to ${writeMeasure(measure, high)}`;

/** What was seen, in words; what is usual is said behind it. */
const SAID: Readonly<Record<Exclude<Measure, "requests">, (value: string, moduleKey: string) => string>> = {
  error_rate: (value, key) => `${value} of the requests of ${key} fail`,
  latency_p95_ms: (value, key) => `95 % of answers of ${key} take up to ${value}`,
  latency_p99_ms: (value, key) => `99 % of answers of ${key} take up to ${value}`,
  metered_units: (value, key) => `${key} metered ${value} units within two minutes`,
  unbilled_share: (value, key) => `${value} of what ${key} metered was not billed`,
};

function explain({ measure, value, expected, words }: RaisedMeasure, moduleKey: string): string {
  const name = measure as Exclude<Measure, "requests">;
  const seen =
    name === "unbilled_share" && value < 0
      ? `${moduleKey} billed ${percent(-value)} more than it metered`
      : SAID[name](writeMeasure(name, value), moduleKey);
  const usual = expected === null ? "" : `; ${bandOf(name, expected)} is usual`;
  return `${seen}${usual}.${words === null ? "" : ` ${words}`}`.slice(0, 1_000);
}

/** The nearer edge of what was expected. */
function usualOf({ value, expected }: RaisedMeasure): number | null {
  if (expected === null) return null;
  return value < expected.low ? expected.low : expected.high;
}

function findingOf(
  raised: RaisedMeasure,
  { tenantId, moduleKey }: Pick<ToldStreams, "tenantId" | "moduleKey">,
  newest: Heard | undefined,
): ModuleFinding {
  const { ruleId, measure, since, statistic, value, expected } = raised;
  return {
    ...{ ruleId, tenantId, moduleKey, ...FOUND[measure as Exclude<Measure, "requests">] },
    ...{ observedAt: new Date(since), statistic: measure, value, usual: usualOf(raised), explain: explain(raised, moduleKey) },
    evidence: [
      { label: "detector", value: statistic.slice(0, 1_000) },
      ...(expected ? [{ label: "expected", value: bandOf(measure, expected) }] : []),
      { label: "observed", value: writeMeasure(measure, value) },
      ...(newest ? [{ label: "newest", value: `${writeMeasure(measure, newest.value)} (${newest.at})` }] : []),
      { label: "since", value: since },
    ],
  };
}

const isFresh = (heard: Heard | undefined, at: Date) =>
  heard !== undefined && at.getTime() - Date.parse(heard.at) <= LIMITS.moduleHeardSeconds * 1_000;

/** Whether what is raised is this row's own story, and something was said of it lately: what nobody speaks of any more is unknown, and no finding. */
function isTold({ tenantId }: ToldStreams, { ownOf }: RaisedMeasure): boolean {
  return tenantId !== PLATFORM_TENANT || ownOf === null;
}

/**
 * What only tenants' own streams show (money), and most of them at once, is told of all: one story instead of as many as there are tenants.
 *
 * @param heardTenants  how many tenants of a module were heard lately, by module
 */
function ofMany(told: readonly ToldStreams[], heardTenants: ReadonlyMap<string, number>, at: Date): ModuleFinding[] {
  const money = told.flatMap((row) =>
    row.tenantId === PLATFORM_TENANT ? [] : row.raised.filter(({ measure }) => OF_TENANTS.has(measure)).map((raised) => ({ row, raised })),
  );
  const groups = groupBy(
    money.filter(({ row, raised }) => isFresh(row.heard[raised.measure], at)),
    ({ row, raised }) => `${row.moduleKey} ${raised.ruleId}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const heard = first ? (heardTenants.get(first.row.moduleKey) ?? 0) : 0;
    if (!first || group.length < LIMITS.moduleMoneyTenants || group.length * 2 < heard) return [];
    const finding = findingOf(
      first.raised,
      { tenantId: PLATFORM_TENANT, moduleKey: first.row.moduleKey },
      first.row.heard[first.raised.measure],
    );
    return { ...finding, evidence: [...finding.evidence, { label: "tenants", value: `${group.length} of ${heard}` }] };
  });
}

/** What the detectors say about modules at a moment: findings, and what cannot be known. */
export function findAnomalies(told: readonly ToldStreams[], heardTenants: ReadonlyMap<string, number>, at: Date) {
  const keyOf = (row: { readonly tenantId: string; readonly moduleKey: string }) => `${row.tenantId} ${row.moduleKey}`;
  const rows = new Map(told.map((row) => [keyOf(row), row]));
  const single = told.flatMap((row) =>
    row.raised
      .filter((raised) => isTold(row, raised) && isFresh(row.heard[raised.measure], at))
      .map((raised) => findingOf(raised, row, row.heard[raised.measure])),
  );
  return {
    findings: [...single, ...ofMany(told, heardTenants, at)],
    /** Good is only what was heard lately, is not raised, and is not being learned anew. */
    isUnknown(about: { readonly tenantId: string; readonly moduleKey: string; readonly ruleId: string }): boolean {
      const row = rows.get(keyOf(about));
      const measure = MEASURES.find((name) => about.ruleId.endsWith(`:${name}`));
      if (!row || !measure || (row.calmUntil !== null && at < row.calmUntil)) return true;
      const isMoneyOfAll = about.tenantId === PLATFORM_TENANT && OF_TENANTS.has(measure);
      if (!isFresh(row.heard[isMoneyOfAll ? "requests" : measure], at)) return true;
      const concerned = isMoneyOfAll ? told.filter(({ moduleKey }) => moduleKey === about.moduleKey) : [row];
      return concerned.some(({ raised }) => raised.some(({ ruleId }) => ruleId === about.ruleId));
    },
  };
}
