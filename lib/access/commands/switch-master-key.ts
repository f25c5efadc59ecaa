import { eq } from "drizzle-orm";
import { z } from "zod";
import { installation } from "@/db/schema/spine";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { resealDigestKey } from "../sealing/digest-key";
import { keyOfCheck } from "../sealing/master-key-ring";
import { type KeyPlace, resealIdentityKeys, resealSigningKeys, resealTenantKeys } from "../sealing/rotation/sealed-rows";

const check = z.string().regex(/^[0-9a-f]{64}$/);
const place = z.strictObject({ tenantId: z.uuid(), version: z.number().int() }).nullable();

function requireKey(value: string): Buffer {
  return keyOfCheck(value) ?? refuse("conflict", "This process does not hold the next master key");
}

/** Some of the tenants' data keys are sealed by the next master key, while both are accepted. The same again finds nothing to do. */
export const resealKeys = defineCommand({
  name: "installation.reseal-keys",
  permission: "system",
  input: z.strictObject({ check, after: place }),

  async apply(tx, { check: next, after }) {
    const done = await resealTenantKeys(tx, requireKey(next), after, LIMITS.resealRowsAtOnce);
    return { subject: "installation:master_key", tenantId: null, before: null, after: { resealed: done.resealed }, result: done };
  },
});

/**
 * The next master key comes into force: in one transaction whatever the one before still seals is sealed anew, and the check value is
 * replaced. Whoever is sealing something meanwhile is waited for.
 */
export const switchMasterKey = defineCommand({
  name: "installation.switch-master-key",
  permission: "system",
  input: z.strictObject({ check, reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { check: next, reason }, { now }) {
    const masterKey = requireKey(next);
    const [row] = await tx.select().from(installation).where(eq(installation.key, "master_key_check")).for("update");
    if (!row) refuse("conflict", "This installation has no master key yet");
    let resealed = row.value === next ? 0 : (await resealSigningKeys(tx, masterKey)) + (await resealIdentityKeys(tx, masterKey));
    await resealDigestKey(tx, masterKey);
    for (let after: KeyPlace | null | undefined; after !== null; ) {
      const done = await resealTenantKeys(tx, masterKey, after ?? null, LIMITS.resealRowsAtOnce);
      resealed += done.resealed;
      after = done.next;
    }
    await tx
      .update(installation)
      .set({ value: next, version: row.version + 1, updatedAt: now })
      .where(eq(installation.key, "master_key_check"));
    const short = (value: string) => value.slice(0, 12);
    return {
      subject: "installation:master_key",
      tenantId: null,
      before: { check: short(row.value) },
      after: { check: short(next), resealed },
      reason,
      result: { resealed },
    };
  },
});
