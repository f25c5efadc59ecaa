import { and, desc, eq, sql } from "drizzle-orm";
import { scanBlocks, scanRuns, scanViolations } from "@/db/schema/modules/scanner";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFinding } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";

/** The rules over modules' signals and beats tell these themselves, within seconds. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(["module.invariant", "signal.tenant_missing", "signal.cross_tenant"]);

/** A scanner that has not looked for a while; one that never did is an installation that begins. */
async function findGone(reader: ReaderTx, at: Date): Promise<ModuleFinding[]> {
  const [last] = await reader.select({ at: scanRuns.startedAt }).from(scanRuns).orderBy(desc(scanRuns.startedAt)).limit(1);
  const minutes = last ? Math.floor((at.getTime() - last.at.getTime()) / 60_000) : 0;
  if (minutes < LIMITS.scanGoneMinutes) return [];
  return [
    {
      ruleId: "contract.scanner.blind",
      type: "contract_violation",
      tenantId: PLATFORM_TENANT,
      moduleKey: "center",
      severity: "high",
      observedAt: at,
      statistic: "minutes without a scan",
      value: minutes,
      usual: 0,
      explain: `Nobody has looked at what must always hold for ${minutes} minutes`,
      evidence: [{ label: "last scan", value: last?.at.toISOString() ?? "" }],
    },
  ];
}

/** Open violations as findings: each opens, or belongs to, an incident of the module that it is about. */
export async function findContractFindings(reader: ReaderTx, at: Date): Promise<ModuleFinding[]> {
  const rows = await reader
    .select({ violation: scanViolations, closed: scanBlocks.target })
    .from(scanViolations)
    .leftJoin(scanBlocks, and(eq(scanBlocks.violationId, scanViolations.id), sql`${scanBlocks.liftedAt} is null`))
    .where(and(eq(scanViolations.tenantId, PLATFORM_TENANT), eq(scanViolations.status, "open"), eq(scanViolations.level, "error")))
    .limit(LIMITS.scanShown);
  const gone = await findGone(reader, at);
  const open: ModuleFinding[] = rows
    .filter(({ violation }) => !TOLD_ELSEWHERE.has(violation.invariant))
    .map(({ violation, closed }) => ({
      ruleId: `contract.${violation.invariant}`,
      type: "contract_violation",
      tenantId: PLATFORM_TENANT,
      moduleKey: violation.moduleKey,
      severity: violation.severity,
      observedAt: at,
      statistic: "violations",
      value: violation.times,
      usual: 0,
      explain: violation.detail,
      evidence: [
        { label: "object", value: violation.object },
        ...(closed === null ? [] : [{ label: "closed", value: closed }]),
        ...violation.evidence,
      ].slice(0, LIMITS.scanEvidence),
    }));
  return [...gone, ...open];
}
