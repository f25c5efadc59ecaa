import { z } from "zod";
import { repairRunProgress, repairRuns } from "@/db/schema/modules/repairs";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { repairJob } from "../registry";
import { briefOf, type RunRow, tellRun } from "./lock-run";
import { type PlacedRun, placeAtModule } from "./place-run";
import { standsBehind, switchSubject } from "./stands-behind";

const input = z.strictObject({
  job: z
    .string()
    .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
    .max(64),
  /** Null for a job on Center's own rows. */
  moduleKey: moduleKey.nullable().default(null),
  tenantIds: z.union([z.literal("all"), z.array(z.uuid().toLowerCase()).min(1).max(LIMITS.repairTenants)]).default("all"),
  reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  params: z.record(z.string().max(64), z.string().max(200)).default({}),
  /** What asked for it, e.g. a heal action. */
  ref: z.uuid().nullable().default(null),
});

/** A job on Center's own rows is about all of them, and belongs to the platform. */
function placeAtCenter(key: string): PlacedRun {
  const job = repairJob(key) ?? refuse("not-found", `No repair job ${key}`);
  if (job.site === "module") refuse("invalid", "This job is a module's: name it", { errors: [{ path: "moduleKey", message: "needed" }] });
  const { version, level, category, isSensitive } = job;
  return { version, level, site: "center", category, isSensitive, tenantIds: [PLATFORM_TENANT] };
}

/**
 * Tries a repair without changing anything: a worker finds out the exact difference, tenant by tenant. What it answers may be applied for
 * fifteen minutes, and only that.
 */
export const requestDryRun = defineCommand({
  name: "repair.dry-run",
  permission: "incident:write",
  input,

  async apply(tx, wanted, context) {
    const { actor, now, newId, traceId } = context;
    requireAllTenants(actor, "Repairs");
    const { by, isAutomatic } = await standsBehind(tx, actor, wanted.ref);
    const placed = wanted.moduleKey === null ? placeAtCenter(wanted.job) : await placeAtModule(tx, wanted);
    const [only] = placed.tenantIds;
    const tenantId = placed.tenantIds.length === 1 && only ? only : PLATFORM_TENANT;
    const subject = await switchSubject(tx, tenantId, wanted.moduleKey);
    await requireSwitchesOpen(tx, { ...subject, isAutomatic, category: isAutomatic ? placed.category : null });
    const run: typeof repairRuns.$inferInsert = {
      tenantId,
      id: newId(),
      job: wanted.job,
      jobVersion: placed.version,
      level: placed.level,
      site: placed.site,
      moduleKey: wanted.moduleKey,
      tenantIds: [...placed.tenantIds],
      status: "dry_running",
      phase: "dry_run",
      params: wanted.params,
      // Money and rights need two from the start; how many rows it is says the dry-run.
      needsTwo: placed.isSensitive,
      requestedBy: by,
      reason: wanted.reason,
      category: isAutomatic ? placed.category : null,
      ref: wanted.ref,
      traceId,
      createdAt: now,
      updatedAt: now,
      phaseUntil: new Date(now.getTime() + LIMITS.repairPhaseSeconds * 1_000),
    };
    const [row] = await tx.insert(repairRuns).values(run).returning();
    for (const target of placed.tenantIds) {
      const progress = {
        tenantId: target,
        runId: run.id,
        runTenantId: tenantId,
        phase: "dry_run",
        state: "waiting",
        updatedAt: now,
      } as const;
      await tx.insert(repairRunProgress).values(progress);
    }
    await tellRun(tx, row as RunRow, { kind: "requested", summary: wanted.reason, data: { tenants: placed.tenantIds.length } }, context);
    const brief = briefOf(row as RunRow);
    return {
      subject: `repair:${run.id}`,
      tenantId,
      before: null,
      after: brief,
      reason: wanted.reason,
      events: [{ name: "repair.requested", payload: { repairId: run.id, job: run.job } }],
      result: brief,
    };
  },
});
