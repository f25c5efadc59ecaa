import { eq } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import type { WriterTx } from "@/db/writer";
import type { Change, DomainEvent, TimelineLine } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

/** The incident that a runbook is followed for: a plugin's, or a module's. */
export interface RunSubject {
  readonly kind: "plugin" | "module";
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  readonly pluginId: string | null;
  readonly pluginKey: string | null;
  readonly moduleKey: string | null;
}

/** The incident of that id within the transaction's tenants, locked, whichever kind it is; null where there is none. */
export async function subjectOf(tx: WriterTx, incidentId: string | null | undefined): Promise<RunSubject | null> {
  if (!incidentId) return null;
  const [plugin] = await tx.select().from(pluginIncidents).where(eq(pluginIncidents.id, incidentId)).for("update");
  if (plugin) {
    const { id, tenantId, type, pluginId, pluginKey } = plugin;
    return { kind: "plugin", id, tenantId, type, pluginId, pluginKey, moduleKey: null };
  }
  const [module] = await tx.select().from(moduleIncidents).where(eq(moduleIncidents.id, incidentId)).for("update");
  if (!module) return null;
  const { id, tenantId, type, moduleKey } = module;
  return { kind: "module", id, tenantId, type, pluginId: null, pluginKey: null, moduleKey };
}

/** Whose a run is; what is followed without an incident is of Center as a whole. */
export const tenantOf = (subject: RunSubject | null) => subject?.tenantId ?? PLATFORM_TENANT;

/** How pages learn that a run went on, and what the incident's own timeline says of it. */
export function told(
  runId: string,
  subject: RunSubject | null,
  line: Omit<TimelineLine, "incidentId" | "kind"> | null,
): Pick<Change<null>, "timeline" | "moduleTimeline"> & { readonly events: readonly DomainEvent[] } {
  const about = subject === null ? {} : subject.kind === "plugin" ? { incidentId: subject.id } : { moduleIncidentId: subject.id };
  const lines = subject && line ? [{ incidentId: subject.id, kind: "runbook", ...line }] : [];
  return {
    events: [{ name: "runbook.moved", payload: { runbookId: runId, ...about } }],
    timeline: subject?.kind === "plugin" ? lines : [],
    moduleTimeline: subject?.kind === "module" ? lines : [],
  };
}
