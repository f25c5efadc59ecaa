import { and, asc, eq, sql } from "drizzle-orm";
import { autopatchAttemptEvents, autopatchAttempts, plans, pluginAgentCommands } from "@/db/schema/delivery";
import { incidentEvents, pluginIncidents, siraDecisions, siraLearningFeedback } from "@/db/schema/incidents";
import { safetySwitches } from "@/db/schema/safety";
import { auditEntries, outbox } from "@/db/schema/spine";
import { plugins } from "@/db/schema/tenants";
import { scopeFor } from "@/lib/access/system-actor";
import { type ReaderTx, read } from "@/lib/platform/scope";

/** Rows in the order of the transactions that wrote them: time stands still in these tests, so that neither times nor ids tell. */
const ARRIVAL = sql`xmin::text::bigint, ctid`;

/** Everything that Center wrote down about one plugin, oldest first. */
export interface Records {
  readonly plugin: typeof plugins.$inferSelect;
  readonly incidents: readonly (typeof pluginIncidents.$inferSelect)[];
  readonly timeline: readonly (typeof incidentEvents.$inferSelect)[];
  readonly decisions: readonly (typeof siraDecisions.$inferSelect)[];
  readonly plans: readonly (typeof plans.$inferSelect)[];
  readonly attempts: readonly (typeof autopatchAttempts.$inferSelect)[];
  readonly events: readonly (typeof autopatchAttemptEvents.$inferSelect)[];
  readonly commands: readonly (typeof pluginAgentCommands.$inferSelect)[];
  readonly feedback: readonly (typeof siraLearningFeedback.$inferSelect)[];
  readonly switches: readonly (typeof safetySwitches.$inferSelect)[];
  readonly outbox: readonly (typeof outbox.$inferSelect)[];
  readonly audit: readonly (typeof auditEntries.$inferSelect)[];
}

async function readAll(tx: ReaderTx, tenantId: string, pluginId: string): Promise<Records> {
  const [plugin] = await tx
    .select()
    .from(plugins)
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  if (!plugin) throw new Error(`no plugin ${pluginId}`);
  const own = (table: { tenantId: typeof plans.tenantId }) => eq(table.tenantId, tenantId);
  const incidents = await tx.select().from(pluginIncidents).where(eq(pluginIncidents.tenantId, tenantId)).orderBy(asc(pluginIncidents.id));
  return {
    plugin,
    incidents: incidents.filter((incident) => incident.pluginId === pluginId),
    timeline: await tx.select().from(incidentEvents).where(eq(incidentEvents.tenantId, tenantId)).orderBy(ARRIVAL),
    decisions: await tx.select().from(siraDecisions).where(eq(siraDecisions.tenantId, tenantId)).orderBy(ARRIVAL),
    plans: await tx.select().from(plans).where(own(plans)).orderBy(asc(plans.createdAt)),
    attempts: await tx
      .select()
      .from(autopatchAttempts)
      .where(and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.pluginId, pluginId)))
      .orderBy(asc(autopatchAttempts.id)),
    events: await tx.select().from(autopatchAttemptEvents).where(eq(autopatchAttemptEvents.tenantId, tenantId)).orderBy(ARRIVAL),
    commands: await tx
      .select()
      .from(pluginAgentCommands)
      .where(and(eq(pluginAgentCommands.tenantId, tenantId), eq(pluginAgentCommands.pluginId, pluginId)))
      .orderBy(asc(pluginAgentCommands.createdAt), asc(pluginAgentCommands.id)),
    feedback: await tx.select().from(siraLearningFeedback).where(eq(siraLearningFeedback.tenantId, tenantId)).orderBy(ARRIVAL),
    switches: await tx.select().from(safetySwitches).where(eq(safetySwitches.tenantId, tenantId)),
    outbox: await tx.select().from(outbox).where(eq(outbox.tenantId, tenantId)).orderBy(ARRIVAL),
    audit: await tx.select().from(auditEntries).where(eq(auditEntries.tenantId, tenantId)).orderBy(ARRIVAL),
  };
}

/** Reads everything about one plugin; its tenant has no other. */
export function readRecords(plugin: { readonly id: string; readonly tenantId: string }): Promise<Records> {
  return read(scopeFor("operate"), (tx) => readAll(tx, plugin.tenantId, plugin.id));
}
