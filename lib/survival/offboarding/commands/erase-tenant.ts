import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { plugins, tenantKeys, tenants } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

/**
 * One bounded step of erasing a tenant whose days of quiet are over: first its keys are destroyed, so that whatever they sealed opens nowhere,
 * then its rows go, then its name. Broken off anywhere, the next round goes on.
 */
export const eraseTenant = defineCommand({
  name: "tenant.erase",
  permission: "system",
  input: z.strictObject({ tenantId: z.uuid() }),

  async apply(tx, { tenantId }, { now }) {
    const [tenant] = await tx.select().from(tenants).where(eq(tenants.id, tenantId)).for("update");
    const isDue = tenant?.leavingAt && now.getTime() - tenant.leavingAt.getTime() >= LIMITS.offboardingGraceHours * 3_600_000;
    if (!isDue || tenant.goneAt) refuse("conflict", "This tenant is not to be erased now");
    const ofTenant = and(eq(tenantKeys.tenantId, tenantId), isNull(tenantKeys.destroyedAt));
    const keys = await tx
      .update(tenantKeys)
      .set({ sealed: Buffer.alloc(0), destroyedAt: now })
      .where(ofTenant)
      .returning({ version: tenantKeys.version });
    // From here on its plugins are strangers, on every instance within seconds.
    const revoked = { status: "revoked" as const, updatedAt: now };
    if (keys.length > 0) await tx.update(plugins).set(revoked).where(eq(plugins.tenantId, tenantId));
    const [round] = await tx.execute<{ rows: number }>(sql`select erase_tenant_rows(${tenantId}::uuid, ${LIMITS.eraseRowsAtOnce}) as rows`);
    const rows = round?.rows ?? 0;
    const isGone = rows === 0;
    if (isGone)
      await tx
        .update(tenants)
        .set({ name: "", slug: `gone-${tenantId}`, goneAt: now })
        .where(eq(tenants.id, tenantId));
    const after = { destroyed_keys: keys.length, erased_rows: rows, is_gone: isGone };
    return { subject: `tenant:${tenantId}`, tenantId: null, before: null, after, result: after };
  },
});
