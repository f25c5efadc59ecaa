import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { advanceAll } from "../advance-all";
import { findAnomalies } from "../find-anomalies";
import { newModuleStreams } from "../module-streams";
import type { ModuleStreams } from "../types";
import { type Planted, quietWorld, STEPS_A_DAY, stepAt } from "./quiet-world";

/** Something that was told while a world was played. */
export interface ToldAt {
  readonly step: number;
  /** The tenant's number; null for all of them. */
  readonly tenant: number | null;
  readonly ruleId: string;
  readonly type: string;
}

interface Play {
  readonly seed: number;
  readonly tenants: number;
  readonly days: number;
  plant?(tenant: number): readonly Planted[];
}

const nameOf = (tenant: number) => `tenant-${tenant}`;

/** Plays one module's world through the detectors as production does, step by step. @returns each finding when it was first told, or told anew */
export function playWorld({ seed, tenants, days, plant }: Play): ToldAt[] {
  const next = quietWorld(seed, tenants, plant);
  const memory = new Map<string, ModuleStreams>();
  const told: ToldAt[] = [];
  let saidBefore = new Set<string>();
  for (let step = 0; step < days * STEPS_A_DAY; step += 1) {
    const sums = new Map(next().flatMap((own, tenant) => (own ? [[nameOf(tenant), own] as const] : [])));
    const at = stepAt(step);
    for (const [tenantId, after] of advanceAll(memory, sums, { at, version: "1.0.0", isHistory: false }, () => newModuleStreams(true)))
      memory.set(tenantId, after);
    const rows = [...memory].map(([tenantId, state]) => ({ ...state, tenantId, moduleKey: "search" }));
    const { findings } = findAnomalies(rows, new Map([["search", tenants]]), at);
    const said = new Set(findings.map(({ tenantId, ruleId }) => `${tenantId} ${ruleId}`));
    for (const { tenantId, ruleId, type } of findings.filter((one) => !saidBefore.has(`${one.tenantId} ${one.ruleId}`))) {
      const tenant = tenantId === PLATFORM_TENANT ? null : Number(tenantId.replace("tenant-", ""));
      told.push({ step, tenant, ruleId, type });
    }
    saidBefore = said;
  }
  return told;
}

/** Two days and a half are learned from: no half hour of the day is known before it was seen twice. */
const FIRST = Math.round(3.4 * STEPS_A_DAY);
const LASTS = 60;
const APART = 200;
const FAULTS = [
  { type: "error_spike", errorShare: 0.25 },
  { type: "perf_drift", latencyTimes: 2.2 },
  { type: "metering_anomaly", meteredTimes: 5 },
  { type: "billing_anomaly", unbilled: 0.5 },
] as const;

/** A world in which one tenant has each fault in turn, two hours long, and what was told of it. */
export function playFaults(seed: number) {
  const faults = FAULTS.map((fault, index) => ({ ...fault, from: FIRST + index * APART, until: FIRST + index * APART + LASTS }));
  const days = (FIRST + FAULTS.length * APART) / STEPS_A_DAY;
  return { faults, told: playWorld({ seed, tenants: 2, days, plant: (tenant) => (tenant === 0 ? faults : []) }) };
}
