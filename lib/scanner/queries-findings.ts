import { and, eq, sql } from "drizzle-orm";
import { scanBlocks, scanViolations } from "@/db/schema/modules/scanner";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFinding } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";

/** The rules over modules' signals and beats tell these themselves, within seconds. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(["module.invariant", "signal.tenant_missing", "signal.cross_tenant"]);

/** Open violations as findings: each opens, or belongs to, an incident of the module that it is about. */
export async function findContractFindings(reader: ReaderTx, at: Date): Promise<ModuleFinding[]> {
  const rows = await reader
    .select({ violation: scanViolations, closed: scanBlocks.target })
    .from(scanViolations)
    .leftJoin(scanBlocks, and(eq(scanBlocks.violationId, scanViolations.id), sql`${scanBlocks.liftedAt} is null`))
    .where(and(eq(scanViolations.tenantId, PLATFORM_TENANT), eq(scanViolations.status, "open"), eq(scanViolations.level, "error")))
    .limit(LIMITS.scanShown);
  return rows
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
}
