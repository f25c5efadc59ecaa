import { and, asc, desc, eq, sql } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import { repairRunEvents, repairRunProgress, repairRuns } from "@/db/schema/modules/repairs";
import { tenants } from "@/db/schema/tenants";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { REPAIR_JOBS, repairJob } from "./registry";

type RunRow = typeof repairRuns.$inferSelect;

/** A run of several tenants lies in the platform's own: only whoever may see all of them sees it. */
function runItem(run: RunRow) {
  return {
    id: run.id,
    job: run.job,
    module_key: run.moduleKey,
    level: run.level,
    site: run.site,
    status: run.status,
    phase: run.phase,
    tenants: run.tenantIds.length,
    rows_total: run.rowsTotal,
    needs_two: run.needsTwo,
    asked_by: run.askedBy,
    requested_by: run.requestedBy,
    reason: run.reason,
    error_code: run.errorCode,
    created_at: run.createdAt.toISOString(),
    expires_at: run.expiresAt?.toISOString() ?? null,
    finished_at: run.finishedAt?.toISOString() ?? null,
  };
}

/** Which modules declare which jobs; the platform's modules are everybody's to see. */
async function readDeclared(): Promise<{ key: string; version: number; level: 1 | 2 | 3; moduleKey: string }[]> {
  const services = await read(scopeFor("scan"), (tx) =>
    tx
      .select({ moduleKey: moduleServices.moduleKey, manifest: moduleServices.manifest })
      .from(moduleServices)
      .where(and(eq(moduleServices.tenantId, PLATFORM_TENANT), eq(moduleServices.status, "active")))
      .orderBy(asc(moduleServices.moduleKey)),
  );
  return services.flatMap(({ moduleKey, manifest }) => {
    const declared = manifestSchema.safeParse(manifest);
    return declared.success ? declared.data.repair_jobs.map((job) => ({ ...job, moduleKey })) : [];
  });
}

function readNewest(tx: ReaderTx): Promise<RunRow[]> {
  return tx.select().from(repairRuns).orderBy(desc(repairRuns.createdAt), desc(repairRuns.id)).limit(LIMITS.repairRunsShown);
}

/** The catalogue of repairs, with the modules that offer each, and the newest runs. */
export async function listRepairs(scope: TenantScope) {
  const declared = await readDeclared();
  const runs = await read(scope, readNewest);
  const keys = new Set([...REPAIR_JOBS.map(({ key }) => key), ...declared.map(({ key }) => key)]);
  const jobs = [...keys].map((key) => {
    const job = repairJob(key);
    const at = declared.filter((one) => one.key === key);
    return {
      key,
      version: job?.version ?? at[0]?.version ?? 1,
      level: Math.max(job?.level ?? 1, ...at.map(({ level }) => level)),
      site: job?.site ?? "module",
      category: job?.category ?? "DATA",
      is_sensitive: job?.isSensitive ?? true,
      describe: job?.describe ?? null,
      undo: job?.undo ?? null,
      invariants: job?.invariants ?? [],
      modules: at.map(({ moduleKey }) => moduleKey),
    };
  });
  return { jobs, runs: runs.map(runItem) };
}

/** One run: what it would do or did, tenant by tenant, and every step of it. Null where the caller may not see it. */
export async function showRepairRun(scope: TenantScope, id: string) {
  return read(scope, async (tx) => {
    const [run] = await tx.select().from(repairRuns).where(eq(repairRuns.id, id));
    if (!run) return null;
    const parts = await tx
      .select({ part: repairRunProgress, name: tenants.name })
      .from(repairRunProgress)
      .leftJoin(tenants, eq(tenants.id, repairRunProgress.tenantId))
      .where(eq(repairRunProgress.runId, id))
      .orderBy(asc(sql`coalesce(${tenants.name}, '')`), asc(repairRunProgress.tenantId));
    const events = await tx
      .select()
      .from(repairRunEvents)
      .where(and(eq(repairRunEvents.tenantId, run.tenantId), eq(repairRunEvents.runId, id)))
      .orderBy(desc(repairRunEvents.at), desc(repairRunEvents.id))
      .limit(LIMITS.repairRowsShown);
    return {
      ...runItem(run),
      digest: run.digest,
      tables: run.tables,
      plan: run.plan,
      asked_reason: run.askedReason,
      applied_by: run.appliedBy,
      apply_reason: run.applyReason,
      rolled_back_by: run.rolledBackBy,
      rollback_reason: run.rollbackReason,
      error: run.error,
      trace_id: run.traceId,
      ready_at: run.readyAt?.toISOString() ?? null,
      applied_at: run.appliedAt?.toISOString() ?? null,
      parts: parts.map(({ part, name }) => ({
        tenant_id: part.tenantId,
        tenant_name: part.tenantId === PLATFORM_TENANT ? null : name,
        phase: part.phase,
        state: part.state,
        tries: part.tries,
        digest: part.digest,
        rows_total: part.rowsTotal,
        rows_done: part.rowsDone,
        rows_kept: part.rowsKept,
        is_applied: part.isApplied,
        snapshot_id: part.snapshotId,
        detail: part.detail,
        rows: part.rows,
      })),
      events: events.map(({ id: eventId, at, kind, actor, summary, traceId }) => ({
        ...{ id: eventId, at: at.toISOString(), kind, actor, summary, trace_id: traceId },
      })),
    };
  });
}
