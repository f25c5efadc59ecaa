import { eq } from "drizzle-orm";
import { plugins } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import type { Actor } from "../types";

/**
 * Whether somebody manages registrations: an operator across all tenants, within some of them their tenant_admin or a
 * security_admin (protocol.md, People).
 */
export function requireRegistrar(actor: Actor): void {
  if (actor.tenants.kind === "all" || actor.roles.includes("tenant_admin") || actor.roles.includes("security_admin")) return;
  refuse("forbidden", 'Plugins are registered by an operator of all tenants (["*"]) or by a tenant_admin', {
    code: "ERR_ALL_TENANTS_NEEDED",
  });
}

/**
 * Locks a plugin's registration.
 * @throws Refusal not-found for one outside the transaction's tenants; forbidden for who may see but not change it
 */
export async function lockPlugin(tx: WriterTx, pluginId: string, actor: Actor): Promise<typeof plugins.$inferSelect> {
  const [plugin] = await tx.select().from(plugins).where(eq(plugins.id, pluginId)).for("update");
  if (!plugin) refuse("not-found", `No plugin ${pluginId}`);
  requireRegistrar(actor);
  return plugin;
}
