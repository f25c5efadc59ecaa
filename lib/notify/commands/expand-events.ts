import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttempts } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/notify";
import { outbox } from "@/db/schema/spine";
import { plugins, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import type { Severity } from "@/lib/kernel/severity";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { buildNotification } from "../build-notification";
import { expandLink } from "../mail/expand-link";
import { expandSupport } from "../mail/expand-support";
import { findRecipients } from "../mail/find-recipients";
import { noticeMail } from "../mail/mail-text";
import { putMail } from "../mail/put-mail";
import { isUrgent } from "../retry-schedule";
import { NOTIFICATION_EVENTS, type NotificationEvent, type NotificationFacts } from "../types";
import { fleetFacts } from "./fleet-facts";
import { moduleIncidentFacts } from "./module-incident-facts";

type OutboxRow = typeof outbox.$inferSelect;

function textOf(payload: Record<string, unknown>, name: string): string | null {
  const value = payload[name];
  return typeof value === "string" ? value : null;
}

async function pluginFacts(tx: WriterTx, tenantId: string, pluginId: string) {
  const [row] = await tx
    .select({ tenant_name: tenants.name, plugin_key: plugins.pluginKey })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  return row ? { tenant_id: tenantId, plugin_id: pluginId, ...row } : null;
}

async function incidentFacts(tx: WriterTx, tenantId: string, incidentId: string): Promise<NotificationFacts["incident.opened"] | null> {
  const [incident] = await tx
    .select()
    .from(pluginIncidents)
    .where(and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId)));
  const plugin = incident ? await pluginFacts(tx, tenantId, incident.pluginId) : null;
  return incident && plugin ? { ...plugin, incident_id: incident.id, incident_type: incident.type, severity: incident.severity } : null;
}

async function attemptFacts(tx: WriterTx, tenantId: string, attemptId: string): Promise<NotificationFacts["attempt.success"] | null> {
  const [attempt] = await tx
    .select()
    .from(autopatchAttempts)
    .where(and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.id, attemptId)));
  const plugin = attempt ? await pluginFacts(tx, tenantId, attempt.pluginId) : null;
  if (!attempt || !plugin) return null;
  const { incidentId: incident_id, fromVersion: from_version, toVersion: to_version, endReason: reason, method } = attempt;
  // Without an incident a way back is a recall's or an abort's; everything else is a rollout's.
  const part_of = incident_id !== null ? "incident" : method === "rollback" ? "recall" : "rollout";
  return { ...plugin, attempt_id: attempt.id, incident_id, from_version, to_version, reason, method, part_of };
}

function tamperFacts({ firstBadIndex, kind }: Record<string, unknown>): NotificationFacts["audit.tampered"] {
  return { first_bad_index: typeof firstBadIndex === "number" ? firstBadIndex : null, kind: typeof kind === "string" ? kind : "unknown" };
}

function metadataFacts({ role, version, expires, expired }: Record<string, unknown>): NotificationFacts["metadata.expiring"] | null {
  if (typeof role !== "string" || typeof version !== "number" || typeof expires !== "string") return null;
  return { role, version, expires_at: expires, expired: expired === true };
}

/** Nothing for an order that found the version pulled already: everybody was told. */
function recallFacts(payload: Record<string, unknown>): NotificationFacts["release.recalled"] | null {
  const [release_id, plugin_key, version] = ["releaseId", "pluginKey", "version"].map((name) => textOf(payload, name));
  if (!release_id || !plugin_key || !version || payload.isRepeated === true) return null;
  const [actor, reason] = [textOf(payload, "actor") ?? "unknown", textOf(payload, "reason") ?? ""];
  return { release_id, plugin_key, version, actor, automatic: actor.startsWith("system:"), reason };
}

function waitingRolloutFacts(payload: Record<string, unknown>): NotificationFacts["rollout.waits_for_person"] | null {
  const [rollout_id, plugin_key, version] = ["rolloutId", "pluginKey", "version"].map((name) => textOf(payload, name));
  if (!rollout_id || !plugin_key || !version || typeof payload.wave !== "number") return null;
  return { rollout_id, plugin_key, version, wave: payload.wave + 1 };
}

/** What a notification says beyond its name, read in the moment it is written down. */
async function factsOf(tx: WriterTx, { name, tenantId, payload }: OutboxRow): Promise<NotificationFacts[NotificationEvent] | null> {
  const incidentId = textOf(payload, "incidentId");
  const attemptId = textOf(payload, "attemptId");
  if (name.startsWith("attempt.") && attemptId) return attemptFacts(tx, tenantId, attemptId);
  if (name.startsWith("incident.") && incidentId) return incidentFacts(tx, tenantId, incidentId);
  const moduleIncidentId = textOf(payload, "moduleIncidentId");
  if (name.startsWith("module-incident.") && moduleIncidentId) return moduleIncidentFacts(tx, tenantId, moduleIncidentId);
  const fleetId = textOf(payload, "fleetId");
  if (name.startsWith("fleet.") && fleetId) return fleetFacts(tx, fleetId);
  if (name === "metadata.expiring") return metadataFacts(payload);
  if (name === "release.recalled") return recallFacts(payload);
  if (name === "rollout.waits_for_person") return waitingRolloutFacts(payload);
  if (name === "audit.tampered") return tamperFacts(payload);
  if (name !== "switch.changed") return null;
  return {
    switch: textOf(payload, "switch") ?? "unknown",
    scope: textOf(payload, "scope") ?? "global",
    on: payload.on === true,
    actor: textOf(payload, "actor") ?? "unknown",
    reason: textOf(payload, "reason") ?? "",
  };
}

/** What an event is about, for those who look for its messages later. */
function incidentOf(facts: object): string | null {
  if ("module_incident_id" in facts && typeof facts.module_incident_id === "string") return facts.module_incident_id;
  return "incident_id" in facts && typeof facts.incident_id === "string" ? facts.incident_id : null;
}
const severityOf = (facts: object) => ("severity" in facts ? (facts.severity as Severity) : null);

async function expand(tx: WriterTx, row: OutboxRow, event: NotificationEvent, context: CommandContext): Promise<number> {
  const { newId, now } = context;
  const endpoints = await tx
    .select()
    .from(webhookEndpoints)
    .where(
      and(
        inArray(webhookEndpoints.tenantId, [row.tenantId, PLATFORM_TENANT]),
        eq(webhookEndpoints.isDisabled, false),
        eq(webhookEndpoints.isPaused, false),
      ),
    );
  const wanting = endpoints.filter((endpoint) => endpoint.events.includes("*") || endpoint.events.includes(event));
  const isMailed = environment().mail !== null;
  const facts = wanting.length > 0 || isMailed ? await factsOf(tx, row) : null;
  if (!facts) return 0;
  const incidentId = incidentOf(facts);
  for (const endpoint of wanting) {
    const id = newId();
    const { body } = buildNotification(id, event, facts as never, row.createdAt);
    const common = { id, tenantId: endpoint.tenantId, endpointId: endpoint.id, incidentId, event, body, isUrgent: isUrgent(event) };
    await tx.insert(webhookDeliveries).values({ ...common, status: "waiting", nextAttemptAt: now, createdAt: now });
  }
  const recipients = isMailed ? await findRecipients(tx, row.tenantId, event, severityOf(facts), now) : [];
  for (const { language, isLast, ...recipient } of recipients) {
    const mail = noticeMail(event, facts as never, { language, publicUrl: environment().publicUrl, isLast });
    await putMail(tx, { ...recipient, event, language, mail, incidentId }, context);
  }
  return wanting.length + recipients.length;
}

function expandAny(tx: WriterTx, row: OutboxRow, context: CommandContext): Promise<number> | number {
  if (row.name === "support.entered") return environment().mail === null ? 0 : expandSupport(tx, row.payload, context);
  if (row.name === "link.made") return environment().mail === null ? 0 : expandLink(tx, row.payload, context);
  const event = NOTIFICATION_EVENTS.find((name) => name === row.name);
  return event ? expand(tx, row, event, context) : 0;
}

/** Turns events that became true into messages to everybody who wants to be told of them. */
export const expandEvents = defineCommand({
  name: "notify.expand",
  permission: "system",
  isPolled: true,
  input: z.strictObject({}),

  async apply(tx, _input, context) {
    const rows = await tx
      .select()
      .from(outbox)
      .where(isNull(outbox.dispatchedAt))
      .orderBy(asc(outbox.id))
      .limit(LIMITS.outboxBatch)
      .for("update", { skipLocked: true });
    if (rows.length === 0) refuse("conflict", "No event waits");
    let deliveries = 0;
    for (const row of rows) {
      deliveries += await expandAny(tx, row, context);
    }
    const ids = rows.map((row) => row.id);
    await tx
      .update(outbox)
      .set({ dispatchedAt: context.now })
      .where(sql`${outbox.id} = any (${`{${ids.join(",")}}`}::uuid[])`);
    const after = { events: rows.length, deliveries, last: ids.at(-1) ?? null };
    return { subject: "outbox", tenantId: null, before: null, after, result: after };
  },
});
