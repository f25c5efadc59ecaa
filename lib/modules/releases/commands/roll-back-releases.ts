import { and, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import { moduleServiceState, moduleServices } from "@/db/schema/modules/modules";
import { moduleReleases, releaseRollbacks } from "@/db/schema/modules/snapshots";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { centerPart, planRollback } from "../judge-set";

/** What runs now of the modules that were heard lately, and which of them go back by themselves. */
async function readRunning(tx: WriterTx, now: Date) {
  const since = new Date(now.getTime() - LIMITS.moduleSilentSeconds * 1_000);
  const rows = await tx
    .select({ key: moduleServices.moduleKey, manifest: moduleServices.manifest, version: moduleServiceState.runningVersion })
    .from(moduleServices)
    .innerJoin(moduleServiceState, eq(moduleServiceState.moduleId, moduleServices.id))
    .where(and(eq(moduleServices.status, "active"), gt(moduleServiceState.lastSeen, since)));
  const mayGoBack = rows.filter(({ manifest }) => manifestSchema.safeParse(manifest).data?.actions.includes("rollback_release"));
  return {
    members: Object.fromEntries(rows.map(({ key, version }) => [key, { version, manifest_digest: null }])),
    declares: (key: string) => mayGoBack.some((row) => row.key === key),
  };
}

/**
 * Goes back to a set of versions that ran well: one person and a reason, since it leads toward safety. Each module that runs another version is
 * ordered back; for what cannot go back by itself, Center included, the answer says which version to start and whether the database allows it.
 */
export const rollBackReleases = defineCommand({
  name: "release.roll_back",
  permission: "incident:write",
  input: z.strictObject({ releaseId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { releaseId, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "Releases of modules");
    const here = and(eq(moduleReleases.tenantId, PLATFORM_TENANT), eq(moduleReleases.id, releaseId));
    const [target] = await tx.select().from(moduleReleases).where(here).for("update");
    if (!target) refuse("not-found", `No set of releases ${releaseId}`);
    if (target.status !== "validated") refuse("conflict", "Only a set that ran well is gone back to");
    const open = await tx.select({ id: releaseRollbacks.id }).from(releaseRollbacks).where(eq(releaseRollbacks.status, "ordered"));
    if (open.length > 0) refuse("conflict", "A way back is under way");
    const [current] = await tx.select().from(moduleReleases).where(isNull(moduleReleases.endedAt)).for("update");
    const { members, declares } = await readRunning(tx, now);
    const running = current ?? target;
    const items = planRollback(target, { ...running, members }, declares);
    const id = newId();
    const isOver = items.every(({ status }) => status === "by_hand");
    const row = { tenantId: PLATFORM_TENANT, id, releaseId, reason, requestedBy: actor.id, requestedAt: now, items };
    await tx.insert(releaseRollbacks).values({ ...row, status: isOver ? "done" : "ordered", finishedAt: isOver ? now : null });
    if (current && current.id !== target.id) {
      const set = { status: "rolled_back" as const, rolledBackBy: actor.id, rolledBackAt: now };
      await tx
        .update(moduleReleases)
        .set(set)
        .where(and(eq(moduleReleases.tenantId, PLATFORM_TENANT), eq(moduleReleases.id, current.id)));
    }
    const result = {
      id,
      release_id: releaseId,
      status: isOver ? "done" : "ordered",
      modules: items.map((item) => ({ ...item })),
      center: centerPart(target, running),
    };
    return {
      subject: `release-set:${releaseId}`,
      tenantId: PLATFORM_TENANT,
      before: { members },
      after: result,
      reason,
      events: [{ name: "release_set.rolled_back", payload: { id, releaseId } }],
      result,
    };
  },
});
