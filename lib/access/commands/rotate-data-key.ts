import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import { tenantKeys } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { makeDataKey, sealDataKey } from "../sealing/envelope";
import { keyInForce } from "../sealing/master-key-ring";
import { destroyOlderKeys, resealCells } from "../sealing/rotation/sealed-cells";

/** A tenant gets another data key, which seals from now on; the one before goes on opening what it sealed. */
export const addDataKey = defineCommand({
  name: "tenant.add-data-key",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { tenantId, reason }, { now }) {
    const ofTenant = tx.select().from(tenantKeys).where(eq(tenantKeys.tenantId, tenantId));
    const [newest] = await ofTenant.orderBy(desc(tenantKeys.version)).limit(1).for("update");
    if (!newest || newest.destroyedAt) refuse("not-found", "No such tenant, or its keys are destroyed");
    const version = newest.version + 1;
    const sealed = sealDataKey(await keyInForce(tx), makeDataKey(), tenantId, version);
    await tx.insert(tenantKeys).values({ tenantId, version, sealed, createdAt: now });
    const before = { key_version: newest.version };
    return { subject: `tenant:${tenantId}`, tenantId, before, after: { key_version: version }, reason, result: { version } };
  },
});

/**
 * The next of a tenant's secrets come under its newest data key; with the last of them, the older keys are destroyed, so that a copy of one is
 * worth nothing for what is sealed from then on.
 */
export const resealSecrets = defineCommand({
  name: "tenant.reseal-secrets",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid() }),

  async apply(tx, { tenantId }, { now }) {
    const resealed = await resealCells(tx, tenantId, LIMITS.resealRowsAtOnce);
    const destroyed = resealed < LIMITS.resealRowsAtOnce ? await destroyOlderKeys(tx, tenantId, now) : null;
    const after = { resealed, destroyed_keys: destroyed };
    return { subject: `tenant:${tenantId}`, tenantId, before: null, after, result: { resealed, is_done: destroyed !== null } };
  },
});
