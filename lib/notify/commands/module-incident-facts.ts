import { and, eq } from "drizzle-orm";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleServices } from "@/db/schema/modules/modules";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import type { ModuleIncidentFacts } from "../types";

/**
 * What a notice says of a module's incident.
 * @returns null where nobody is told: another incident tells its story, or the module is broken on purpose
 */
export async function moduleIncidentFacts(tx: WriterTx, tenantId: string, incidentId: string): Promise<ModuleIncidentFacts | null> {
  const key = and(eq(moduleIncidents.tenantId, tenantId), eq(moduleIncidents.id, incidentId));
  const [incident] = await tx.select().from(moduleIncidents).where(key);
  if (!incident || incident.moduleKey === PROVING_MODULE || incident.suppressedBy !== null) return null;
  const [service] = await tx
    .select({ title: moduleServices.title })
    .from(moduleServices)
    .where(and(eq(moduleServices.moduleKey, incident.moduleKey), eq(moduleServices.status, "active")));
  const [tenant] = await tx.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, tenantId));
  const isOfAll = tenantId === PLATFORM_TENANT;
  return {
    tenant_id: isOfAll ? null : tenantId,
    tenant_name: isOfAll ? null : (tenant?.name ?? ""),
    module_key: incident.moduleKey,
    module: service?.title ?? incident.moduleKey,
    module_incident_id: incident.id,
    incident_type: incident.type,
    severity: incident.severity,
  };
}
