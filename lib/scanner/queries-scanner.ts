import { desc, isNull } from "drizzle-orm";
import { scanBlocks, scanRuns, scanViolations } from "@/db/schema/modules/scanner";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { blockItem } from "./block-item";
import { INVARIANTS } from "./invariants";
import { readAsked } from "./queries-runs";
import { nextAudits } from "./run-windows";

type ViolationRow = typeof scanViolations.$inferSelect;
type RunRow = typeof scanRuns.$inferSelect;

const invariantOf = new Map(INVARIANTS.map((one) => [one.id, one]));

function violationItem(row: ViolationRow) {
  const invariant = invariantOf.get(row.invariant);
  return {
    ...{ id: row.id, invariant: row.invariant, title: invariant?.title ?? row.invariant, object: row.object },
    ...{ level: row.level, severity: row.severity, module_key: row.moduleKey, detail: row.detail, evidence: row.evidence },
    ...{ status: row.status, times: row.times, remediation: invariant?.remediation ?? "" },
    first_seen: row.firstSeen.toISOString(),
    last_seen: row.lastSeen.toISOString(),
    cleared_at: row.clearedAt?.toISOString() ?? null,
  };
}

function runItem(row: RunRow, seesAll: boolean) {
  return {
    ...{
      id: row.id,
      kind: row.kind,
      asked_by: seesAll ? row.askedBy : null,
      cpu_ms: row.cpuMs,
      rows_read: row.rowsRead,
      checks: row.checks,
    },
    ...{ found: row.found, new_found: row.newFound, faults: row.faults },
    started_at: row.startedAt.toISOString(),
    duration_ms: row.endedAt.getTime() - row.startedAt.getTime(),
  };
}

/** Blocks in force, the newest first; those that were lifted lately after them. */
export function listBlocks() {
  return read(scopeFor("scan"), async (tx) => {
    const rows = await tx.select().from(scanBlocks).orderBy(desc(scanBlocks.setAt)).limit(LIMITS.scanShown);
    return { items: rows.map(blockItem).sort((a, b) => Number(a.lifted_at !== null) - Number(b.lifted_at !== null)) };
  });
}

/**
 * What is broken, what is closed because of it, and what the last scans cost. What stands here is the platform's own; what it says of
 * modules names tenants to nobody.
 *
 * @param scope  whoever may not see all tenants is told no evidence, and not who of the platform's people asked
 */
export async function showScanner(scope: TenantScope, now: Date) {
  const seesAll = scope.kind === "all";
  const asked = await readAsked(now);
  return read(scopeFor("scan"), async (tx) => {
    const violations = await tx
      .select()
      .from(scanViolations)
      .orderBy(desc(scanViolations.status), desc(scanViolations.lastSeen))
      .limit(LIMITS.scanShown);
    const runs = await tx.select().from(scanRuns).orderBy(desc(scanRuns.startedAt)).limit(LIMITS.scanRunsShown);
    const blocks = await tx
      .select()
      .from(scanBlocks)
      .where(isNull(scanBlocks.liftedAt))
      .orderBy(desc(scanBlocks.setAt))
      .limit(LIMITS.scanShown);
    const next = nextAudits(
      {
        fromHour: LIMITS.auditWindowFromHour,
        toHour: LIMITS.auditWindowToHour,
        weekday: LIMITS.auditWeekday,
        dailyOverdueHours: LIMITS.auditOverdueHours,
        weeklyOverdueHours: LIMITS.auditWeeklyOverdueHours,
      },
      now,
    );
    return {
      invariants: INVARIANTS.length,
      violations: violations.map((row) => ({ ...violationItem(row), ...(seesAll ? {} : { evidence: [] }) })),
      blocks: blocks.map(blockItem),
      runs: runs.map((row) => runItem(row, seesAll)),
      asked: asked && { kind: asked.kind, asked_by: seesAll ? asked.askedBy : null, asked_at: asked.askedAt.toISOString() },
      next: { daily: next.daily.toISOString(), weekly: next.weekly.toISOString() },
      stale_after_s: LIMITS.scanNotedSeconds * 2,
    };
  });
}
