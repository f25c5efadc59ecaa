import { randomBytes } from "node:crypto";
import { eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { totpFactors } from "@/db/schema/approvals";
import { moduleSecrets } from "@/db/schema/modules/modules";
import { webhookEndpoints } from "@/db/schema/notify";
import { installation, signingKeys } from "@/db/schema/spine";
import { pluginSecrets, plugins, tenantKeys } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { sealKnownAnew } from "@/lib/audit/identities/seal-identities";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { makeDataKey, sealDataKey } from "../sealing/envelope";
import { masterKeyCheck } from "../sealing/master-key-check";
import { keyOfCheck } from "../sealing/master-key-ring";
import { LOST, sealKeyText } from "../sealing/signing-keys";

/** Every tenant gets a new data key; what the older ones sealed is given up. @returns how many tenants */
async function replaceDataKeys(tx: WriterTx, masterKey: Buffer, now: Date): Promise<number> {
  const newest = await tx
    .select({ tenantId: tenantKeys.tenantId, version: sql<number>`max(${tenantKeys.version})::int` })
    .from(tenantKeys)
    .groupBy(tenantKeys.tenantId);
  await tx
    .update(tenantKeys)
    .set({ sealed: Buffer.alloc(0), destroyedAt: now })
    .where(isNull(tenantKeys.destroyedAt));
  for (const { tenantId, version } of newest) {
    const sealed = sealDataKey(masterKey, makeDataKey(), tenantId, version + 1);
    await tx.insert(tenantKeys).values({ tenantId, version: version + 1, sealed, createdAt: now });
  }
  return newest.length;
}

/**
 * The master key is gone, and everything sealed by it: said once, by whoever holds this machine and its database. Tenants get new data keys;
 * secrets of plugins and addresses and people's second factors count no more; signing keys are retired, and of the log's own only the
 * public halves go on vouching for what was signed.
 */
export const loseMasterKey = defineCommand({
  name: "installation.lose-master-key",
  permission: "system",
  input: z.strictObject({ reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters) }),

  async apply(tx, { reason }, { now }) {
    const { masterKey } = environment();
    const [row] = await tx.select().from(installation).where(eq(installation.key, "master_key_check")).for("update");
    if (!row) refuse("conflict", "This installation has no master key yet");
    if (keyOfCheck(row.value)) refuse("conflict", "The master key is not lost: this process holds it");

    const tenants = await replaceDataKeys(tx, masterKey, now);
    const secrets = await tx.update(pluginSecrets).set({ validUntil: now }).returning({ pluginId: pluginSecrets.pluginId });
    // By this the directory of every process notices.
    await tx
      .update(plugins)
      .set({ updatedAt: sql`greatest(${plugins.updatedAt} + interval '1 millisecond', ${now.toISOString()}::timestamptz)` });
    const modules = await tx.update(moduleSecrets).set({ validUntil: now }).returning({ moduleId: moduleSecrets.moduleId });
    const addresses = await tx
      .update(webhookEndpoints)
      .set({ isDisabled: true, previousSealedSecret: null })
      .returning({ id: webhookEndpoints.id });
    // What cannot be opened confirms nothing: everybody sets up another one.
    const factors = await tx
      .update(totpFactors)
      .set({ confirmedAt: null, sealedSecret: randomBytes(64), updatedAt: now })
      .returning({ personId: totpFactors.personId });
    const keys = await tx.select().from(signingKeys).for("update");
    for (const { keyid, publicKey, retiredAt } of keys) {
      const sealedPrivate = sealKeyText(masterKey, keyid, `${LOST}${publicKey}`);
      await tx
        .update(signingKeys)
        .set({ sealedPrivate, retiredAt: retiredAt ?? now })
        .where(eq(signingKeys.keyid, keyid));
    }
    const identities = await sealKnownAnew(tx, masterKey);
    const check = masterKeyCheck(masterKey);
    await tx
      .update(installation)
      .set({ value: check, version: row.version + 1, updatedAt: now })
      .where(eq(installation.key, "master_key_check"));
    const lost = {
      tenants,
      plugin_secrets: secrets.length,
      module_secrets: modules.length,
      webhook_addresses: addresses.length,
      second_factors: factors.length,
      /** Addresses and names in the audit log of whom Center has no record. */
      audit_identities: identities,
      signing_keys: keys.map(({ keyid, purpose, publicKey }) => ({ keyid, purpose, public_key: publicKey })),
    };
    return {
      subject: "installation:master_key",
      tenantId: null,
      before: { check: row.value.slice(0, 12) },
      after: { check: check.slice(0, 12), lost },
      reason,
      result: lost,
    };
  },
});
