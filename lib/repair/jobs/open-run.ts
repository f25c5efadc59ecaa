import { asc, eq, inArray, sql } from "drizzle-orm";
import { repairRunProgress, repairRuns } from "@/db/schema/modules/repairs";
import { scopeFor } from "@/lib/access/system-actor";
import type { Lease } from "@/lib/gateway/lease";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";

export type RunPart = typeof repairRunProgress.$inferSelect;

/** A run that a worker holds, as it stood when the round began. */
export interface OpenRun {
  readonly run: typeof repairRuns.$inferSelect;
  readonly parts: readonly RunPart[];
  readonly lease: Lease;
}

const OPEN = ["dry_running", "ready", "applying", "rolling_back"] as const;

/** Runs on which a worker has something to do, the one that waits longest first. */
export async function listOpenRuns(now: Date): Promise<{ id: string; tenantId: string; traceId: string }[]> {
  return read(scopeFor("operate"), (tx) =>
    tx
      .select({ id: repairRuns.id, tenantId: repairRuns.tenantId, traceId: repairRuns.traceId })
      .from(repairRuns)
      .where(
        sql`${inArray(repairRuns.status, [...OPEN])} and (${repairRuns.status} <> 'ready' or ${repairRuns.expiresAt} <= ${now.toISOString()}::timestamptz)
          and not exists (select 1 from work_leases l where l.tenant_id = ${repairRuns.tenantId} and l.kind = 'job'
            and l.subject_id = ${repairRuns.id} and l.lease_until >= now())`,
      )
      .orderBy(asc(repairRuns.updatedAt))
      .limit(LIMITS.repairRunsShown),
  );
}

export async function loadRun(id: string, lease: Lease): Promise<OpenRun | null> {
  return read(scopeFor("operate"), async (tx) => {
    const [run] = await tx.select().from(repairRuns).where(eq(repairRuns.id, id));
    const parts = await tx.select().from(repairRunProgress).where(eq(repairRunProgress.runId, id)).orderBy(asc(repairRunProgress.tenantId));
    return run ? { run, parts, lease } : null;
  });
}
