import { and, eq } from "drizzle-orm";
import { healActions } from "@/db/schema/modules/healing";
import { moduleServices } from "@/db/schema/modules/modules";
import { modules } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import type { Actor } from "@/lib/access/types";
import type { Healing } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

/**
 * Who stands behind a run: its actor, or the person who agreed to the heal action that it does the work of. Read from the action, so that no
 * caller can say it of itself.
 *
 * @returns an actor's id, and whether nobody but Center stands behind it
 */
export async function standsBehind(tx: WriterTx, actor: Actor, ref: string | null): Promise<{ by: string; isAutomatic: boolean }> {
  if (actor.kind === "person" || ref === null) return { by: actor.id, isAutomatic: actor.kind !== "person" };
  const [action] = await tx.select({ approvedBy: healActions.approvedBy }).from(healActions).where(eq(healActions.id, ref)).for("share");
  const agreedBy = action?.approvedBy ?? null;
  return { by: agreedBy ?? actor.id, isAutomatic: agreedBy === null };
}

/** Where the switches of a run lie: its tenant's, the module's as the tenant has it, and the service's behind it. */
export async function switchSubject(
  tx: WriterTx,
  tenantId: string,
  moduleKey: string | null,
): Promise<Pick<Healing, "tenantId" | "pluginId" | "moduleId" | "serviceId">> {
  const subject = { tenantId, pluginId: null };
  if (moduleKey === null) return subject;
  const [service] = await tx
    .select({ id: moduleServices.id })
    .from(moduleServices)
    .where(and(eq(moduleServices.tenantId, PLATFORM_TENANT), eq(moduleServices.moduleKey, moduleKey)));
  const [place] = await tx
    .select({ id: modules.id })
    .from(modules)
    .where(and(eq(modules.tenantId, tenantId), eq(modules.moduleKey, moduleKey)));
  return { ...subject, moduleId: place?.id ?? null, serviceId: service?.id ?? null };
}
