import { and, eq, isNull, ne, or } from "drizzle-orm";
import { z } from "zod";
import { moduleServices } from "@/db/schema/modules/modules";
import { tenantSnapshots } from "@/db/schema/modules/snapshots";
import { modules, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { manifestSchema, moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { SNAPSHOT_REASONS, type SnapshotRow, snapshotExpiry } from "../types";

const input = z.strictObject({
  /** An id of the caller's own, so that asking again after a crash asks for the same one; a new one otherwise. */
  id: z.uuid().toLowerCase().nullable().default(null),
  /** The platform's own tenant: one snapshot of each tenant that uses the module, sealed together. */
  tenantId: z.uuid().toLowerCase(),
  /** Null: Center's own rows about the tenant. */
  moduleKey: moduleKey.nullable(),
  reason: z.enum(SNAPSHOT_REASONS),
  note: z.string().trim().min(1).max(LIMITS.reasonCharacters),
});
type Wanted = z.output<typeof input>;

const ANSWERED = (row: Pick<SnapshotRow, "id" | "tenantId" | "moduleKey" | "status" | "expiresAt">) => ({
  id: row.id,
  tenant_id: row.tenantId,
  module_key: row.moduleKey,
  status: row.status,
  expires_at: row.expiresAt.toISOString(),
});

/** @throws Refusal not-found, or conflict for a module that keeps nothing or was revoked */
async function requireKeeper(tx: WriterTx, key: string): Promise<{ isCore: boolean }> {
  const [service] = await tx.select().from(moduleServices).where(eq(moduleServices.moduleKey, key));
  if (!service) refuse("not-found", `No module ${key}`);
  if (service.status !== "active") refuse("conflict", `The module ${key} was revoked`);
  const declared = manifestSchema.safeParse(service.manifest);
  if (!declared.success) refuse("conflict", `What the module ${key} declares is not known yet`, { code: "ERR_MANIFEST_UNKNOWN" });
  if (!declared.data.snapshot) refuse("conflict", `The module ${key} declares no snapshot`, { code: "ERR_NO_SNAPSHOT" });
  return { isCore: service.criticality === "core" };
}

/** The tenants whose snapshots make up one of all tenants: those that are here to stay and use the module. */
async function tenantsOf(tx: WriterTx, wanted: Wanted, isCore: boolean): Promise<string[]> {
  const isHere = and(ne(tenants.id, PLATFORM_TENANT), isNull(tenants.goneAt), isNull(tenants.leavingAt));
  const uses = isCore || wanted.moduleKey === null ? undefined : eq(modules.isEntitled, true);
  const ofModule = and(eq(modules.tenantId, tenants.id), eq(modules.moduleKey, wanted.moduleKey ?? ""));
  const rows = await tx.selectDistinct({ id: tenants.id }).from(tenants).leftJoin(modules, ofModule).where(and(isHere, uses));
  return rows.map(({ id }) => id);
}

async function requireRoom(tx: WriterTx, tenantId: string): Promise<void> {
  const underWay = or(eq(tenantSnapshots.status, "requested"), eq(tenantSnapshots.status, "taking"));
  const waiting = await tx
    .select({ id: tenantSnapshots.id })
    .from(tenantSnapshots)
    .where(and(eq(tenantSnapshots.tenantId, tenantId), underWay))
    .limit(LIMITS.snapshotsWaiting);
  if (waiting.length >= LIMITS.snapshotsWaiting) refuse("conflict", "Too many snapshots of this tenant wait to be taken");
}

/**
 * Asks for a snapshot of what a tenant's data is now. It is taken in the background and is good for something once it is `sealed`; one that
 * could not be taken says so as `failed`, and nothing that needs it may go on.
 */
export const requestSnapshot = defineCommand({
  name: "snapshot.request",
  permission: "incident:write",
  input,

  async apply(tx, wanted, { actor, now, newId }) {
    requireAllTenants(actor, "Snapshots");
    const { tenantId, moduleKey: key, reason, note } = wanted;
    const id = wanted.id ?? newId();
    const [known] = await tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.id, id)).for("update");
    if (known) {
      if (known.tenantId !== tenantId || known.moduleKey !== key) refuse("conflict", "This id is another snapshot's");
      const same = ANSWERED(known);
      return { subject: `snapshot:${id}`, tenantId, before: same, after: same, reason: "asked for before", result: same };
    }
    const isAll = tenantId === PLATFORM_TENANT;
    const [tenant] = await tx.select().from(tenants).where(eq(tenants.id, tenantId));
    if (!isAll && (!tenant || tenant.goneAt)) refuse("not-found", `No tenant ${tenantId}`);
    const keeper = key === null ? { isCore: true } : await requireKeeper(tx, key);
    await requireRoom(tx, tenantId);
    const own = { moduleKey: key, reason, note, requestedBy: actor.id, requestedAt: now, expiresAt: snapshotExpiry(reason, now) };
    const row = { ...own, tenantId, id, status: isAll ? ("taking" as const) : ("requested" as const) };
    await tx.insert(tenantSnapshots).values(row);
    const parts = isAll ? await tenantsOf(tx, wanted, keeper.isCore) : [];
    for (const part of parts)
      await tx.insert(tenantSnapshots).values({ ...own, tenantId: part, id: newId(), parentId: id, status: "requested" });
    const result = ANSWERED(row);
    return { subject: `snapshot:${id}`, tenantId, before: null, after: { ...result, reason, parts: parts.length }, reason: note, result };
  },
});
