import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { snapshotRestores, tenantSnapshots } from "@/db/schema/modules/snapshots";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { restoreDigest } from "../restore-digest";
import { type SnapshotRow, snapshotExpiry } from "../types";

async function lockSealed(tx: WriterTx, id: string): Promise<SnapshotRow> {
  const [row] = await tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.id, id)).for("update");
  if (!row) refuse("not-found", `No snapshot ${id}`);
  if (row.tenantId === PLATFORM_TENANT) refuse("conflict", "A snapshot of all tenants is restored tenant by tenant, from its parts");
  if (row.status !== "sealed") refuse("conflict", `A snapshot that is ${row.status} cannot be restored`);
  const [tenant] = await tx.select().from(tenants).where(eq(tenants.id, row.tenantId));
  if (!tenant || tenant.leavingAt || tenant.goneAt) refuse("conflict", "This tenant is leaving");
  return row;
}

async function requireNoneUnderWay(tx: WriterTx, { tenantId, moduleKey }: SnapshotRow): Promise<void> {
  const open = await tx
    .select()
    .from(snapshotRestores)
    .where(and(eq(snapshotRestores.tenantId, tenantId), inArray(snapshotRestores.status, ["saving", "ordered"])));
  if (open.some((one) => one.moduleKey === moduleKey)) refuse("conflict", "A restore of just this is under way");
}

/**
 * Puts what one tenant had back in place of what it has, in one module; no other tenant's row is touched. What is there now is saved first,
 * and is what takes this back. A person shows a second factor for exactly this snapshot.
 */
export const restoreSnapshot = defineCommand({
  name: "snapshot.restore",
  permission: "incident:write",
  input: z.strictObject({ snapshotId: z.uuid(), reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters) }),

  async apply(tx, { snapshotId, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "Restores");
    const snapshot = await lockSealed(tx, snapshotId);
    const { tenantId, moduleKey } = snapshot;
    await requireNoneUnderWay(tx, snapshot);
    if (actor.kind === "person") await requireStepUp(tx, actor, restoreDigest(snapshot), now);
    const [id, undoSnapshotId] = [newId(), newId()];
    const by = { requestedBy: actor.id, requestedAt: now };
    await tx.insert(tenantSnapshots).values({
      ...{ tenantId, id: undoSnapshotId, moduleKey, ...by },
      ...{ reason: "before_restore", note: reason, status: "requested", expiresAt: snapshotExpiry("before_restore", now) },
    });
    await tx.insert(snapshotRestores).values({ tenantId, id, snapshotId, moduleKey, undoSnapshotId, status: "saving", reason, ...by });
    const result = {
      id,
      tenant_id: tenantId,
      module_key: moduleKey,
      snapshot_id: snapshotId,
      undo_snapshot_id: undoSnapshotId,
      status: "saving",
    };
    return {
      subject: `restore:${id}`,
      tenantId,
      before: null,
      after: { ...result, digest: snapshot.digest },
      reason,
      events: [{ name: "snapshot.restore_began", payload: { id, snapshotId, moduleKey } }],
      result,
    };
  },
});
