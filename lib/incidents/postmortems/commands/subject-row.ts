import { eq } from "drizzle-orm";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import type { Change, TimelineLine } from "@/lib/gateway/types";
import { lockIncident } from "@/lib/incidents/commands/incident-row";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { DraftSubject } from "../draft-text";
import type { PostmortemFacts } from "../types";
import { gatherFacts } from "./gather-facts";
import { gatherModuleFacts } from "./gather-module-facts";
import type { PostmortemRow } from "./postmortem-row";

/** The incident that a postmortem is about, a plugin's or a module's, with what is known of it. */
export interface PostmortemSubject {
  readonly tenantId: string;
  /** Where the postmortem points to it. */
  readonly key: Pick<PostmortemRow, "incidentId" | "moduleIncidentId">;
  readonly about: Omit<DraftSubject, "merchant">;
  gather(tx: WriterTx, now: Date): Promise<PostmortemFacts>;
}

/**
 * Locks the incident of that id, whichever kind it is.
 * @throws Refusal not-found when there is none of that id within the transaction's tenants
 */
export async function lockSubject(tx: WriterTx, incidentId: string): Promise<PostmortemSubject> {
  const [module] = await tx.select().from(moduleIncidents).where(eq(moduleIncidents.id, incidentId)).for("update");
  if (module) {
    return {
      tenantId: module.tenantId,
      key: { incidentId: null, moduleIncidentId: module.id },
      about: { type: module.type, subject: module.moduleKey, explain: module.explain },
      gather: (inTx, now) => gatherModuleFacts(inTx, module, now),
    };
  }
  const incident = await lockIncident(tx, incidentId);
  return {
    tenantId: incident.tenantId,
    key: { incidentId: incident.id, moduleIncidentId: null },
    about: { type: incident.type, subject: incident.pluginKey, explain: incident.finding.explain },
    gather: (inTx, now) => gatherFacts(inTx, incident, now),
  };
}

/** Whose it is, by name; null where it concerns all tenants. */
export async function merchantOf(tx: WriterTx, { tenantId }: PostmortemSubject): Promise<string | null> {
  if (tenantId === PLATFORM_TENANT) return null;
  const [tenant] = await tx.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, tenantId));
  return tenant?.name ?? "";
}

/** A line of the incident's own timeline. */
export function toldOn(
  { incidentId, moduleIncidentId }: PostmortemSubject["key"],
  line: Omit<TimelineLine, "incidentId">,
): Pick<Change<null>, "timeline" | "moduleTimeline"> {
  return {
    timeline: incidentId === null ? [] : [{ incidentId, ...line }],
    moduleTimeline: moduleIncidentId === null ? [] : [{ incidentId: moduleIncidentId, ...line }],
  };
}
