import { scopeFor } from "@/lib/access/system-actor";
import { type Lease, underLease } from "@/lib/gateway/lease";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import type { SourceAnswer, Told } from "../types";
import { FINDING_SOURCES, type FindingSource } from "./finding-sources";

/** Fixed, so that every process means the same scan. */
const MODULE_SCAN = "00000000-0000-4000-8000-0000000030d5";

async function ask({ name, find }: FindingSource, at: Date): Promise<SourceAnswer> {
  try {
    const answer = await read(scopeFor("scan"), (tx) => find(tx, at));
    const told: Told = "findings" in answer ? answer : { findings: answer, isUnknown: () => false };
    return { name, told };
  } catch (error) {
    reportFault(`${name} could not look at the modules`, error);
    return { name, told: null };
  }
}

async function scanAll(_lease: Lease, at: Date): Promise<number> {
  const answers: SourceAnswer[] = [];
  for (const source of FINDING_SOURCES) answers.push(await ask(source, at));
  return answers.flatMap(({ told }) => told?.findings ?? []).length;
}

/**
 * Asks everybody who finds what is wrong with modules, and tells the incidents; one scan at a time, whoever begins it.
 * @returns how many findings there are, or null where another worker is at it
 */
export function scanModules(owner: string, clock: Clock): Promise<number | null> {
  const lease = { kind: "job", tenantId: PLATFORM_TENANT, id: MODULE_SCAN } as const;
  return underLease(lease, owner, (held) => scanAll(held, clock.now()), { restSeconds: LIMITS.moduleScanRestSeconds });
}
