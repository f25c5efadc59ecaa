import { and, eq } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import type { Actor } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";

export type ServiceRow = typeof moduleServices.$inferSelect;

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Finds a module by its key or by its service's id. */
export function serviceNamed(name: string) {
  const named = UUID.test(name) ? eq(moduleServices.id, name) : eq(moduleServices.moduleKey, name);
  return and(eq(moduleServices.tenantId, PLATFORM_TENANT), named);
}

/**
 * Locks a module's registration, for whoever manages all of them.
 * @throws Refusal forbidden for who acts for some tenants only, not-found
 */
export async function lockService(tx: WriterTx, name: string, actor: Actor): Promise<ServiceRow> {
  requireAllTenants(actor, "Modules");
  const [service] = await tx.select().from(moduleServices).where(serviceNamed(name)).for("update");
  return service ?? refuse("not-found", `No module ${name}`);
}
