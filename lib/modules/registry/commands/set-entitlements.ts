import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { moduleServices } from "@/db/schema/modules/modules";
import { modules, tenants } from "@/db/schema/tenants";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";

const input = z.strictObject({
  tenantId: z.uuid().toLowerCase(),
  /** What becomes of each module that is named; the others stay as they are. */
  modules: z.record(moduleKey, z.boolean()).refine((map) => Object.keys(map).length <= LIMITS.moduleDeclared, "too many at once"),
  reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
});

/** Says which modules a tenant may use. The free core is everybody's and cannot be taken away. */
export const setEntitlements = defineCommand({
  name: "module.entitle",
  permission: "tenant:write",
  input,

  async apply(tx, { tenantId, modules: wanted, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "Entitlements");
    const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!tenant || tenantId === PLATFORM_TENANT) refuse("not-found", `No tenant ${tenantId}`);
    const keys = Object.keys(wanted);
    const services = await tx
      .select()
      .from(moduleServices)
      .where(and(eq(moduleServices.tenantId, PLATFORM_TENANT), inArray(moduleServices.moduleKey, keys)));
    for (const key of keys) {
      const service = services.find((one) => one.moduleKey === key) ?? refuse("not-found", `No module ${key}`);
      if (service.criticality === "core" && !wanted[key]) refuse("conflict", `${key} is the free core: nobody is without it`);
    }
    const rows = await tx
      .select()
      .from(modules)
      .where(and(eq(modules.tenantId, tenantId), inArray(modules.moduleKey, keys)));
    for (const key of keys) {
      const isEntitled = wanted[key] === true;
      const change = { isEntitled, entitledAt: isEntitled ? now : null, updatedAt: now };
      await tx
        .insert(modules)
        .values({ tenantId, id: newId(), moduleKey: key, createdAt: now, ...change })
        .onConflictDoUpdate({ target: [modules.tenantId, modules.moduleKey], set: change });
    }
    const before = Object.fromEntries(keys.map((key) => [key, rows.find((row) => row.moduleKey === key)?.isEntitled ?? false]));
    return {
      subject: `tenant:${tenantId}`,
      tenantId,
      before,
      after: wanted,
      reason,
      events: [{ name: "module.entitled", payload: { tenantId, modules: { ...wanted } } }],
      result: { tenant_id: tenantId, modules: { ...wanted } },
    };
  },
});
