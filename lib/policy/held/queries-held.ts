import { and, desc, eq, gte, inArray, isNull, ne, or } from "drizzle-orm";
import { autopatchAttempts } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { plugins, tenants } from "@/db/schema/tenants";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { HeldAttempt, HeldIncident } from "./held-up";

const UNMENDED = ["open", "awaiting_approval", "escalated"] as const;

async function readAttempts(tx: ReaderTx, since: Date): Promise<HeldAttempt[]> {
  const rows = await tx
    .select({ attempt: autopatchAttempts, pluginKey: plugins.pluginKey, tenantName: tenants.name })
    .from(autopatchAttempts)
    .innerJoin(plugins, and(eq(plugins.tenantId, autopatchAttempts.tenantId), eq(plugins.id, autopatchAttempts.pluginId)))
    .innerJoin(tenants, eq(tenants.id, autopatchAttempts.tenantId))
    .where(
      and(ne(autopatchAttempts.method, "rollback"), or(isNull(autopatchAttempts.finishedAt), gte(autopatchAttempts.finishedAt, since))),
    )
    .orderBy(desc(autopatchAttempts.createdAt), desc(autopatchAttempts.id))
    .limit(LIMITS.pageSize);
  return rows.map(({ attempt, pluginKey, tenantName }) => ({
    id: attempt.id,
    incident_id: attempt.incidentId,
    tenant_id: attempt.tenantId,
    tenant_name: tenantName,
    plugin_id: attempt.pluginId,
    plugin_key: pluginKey,
    method: attempt.method,
    status: attempt.status,
    phase: attempt.phase,
    from_version: attempt.fromVersion,
    to_version: attempt.toVersion,
    automatic: attempt.isAutomatic,
    end_reason: attempt.endReason,
    finished_at: attempt.finishedAt?.toISOString() ?? null,
  }));
}

async function readIncidents(tx: ReaderTx): Promise<HeldIncident[]> {
  const rows = await tx
    .select({ incident: pluginIncidents, tenantName: tenants.name })
    .from(pluginIncidents)
    .innerJoin(tenants, eq(tenants.id, pluginIncidents.tenantId))
    .where(inArray(pluginIncidents.status, [...UNMENDED]))
    .orderBy(desc(pluginIncidents.openedAt), desc(pluginIncidents.id))
    .limit(LIMITS.pageSize);
  return rows.map(({ incident, tenantName }) => ({
    id: incident.id,
    tenant_id: incident.tenantId,
    tenant_name: tenantName,
    plugin_id: incident.pluginId,
    plugin_key: incident.pluginKey,
    type: incident.type,
    severity: incident.severity,
    status: incident.status,
    opened_at: incident.openedAt.toISOString(),
  }));
}

/** What any switch that is on may hold up; nothing is read where none is on. @param since  when the oldest of them was thrown */
export async function readHeld(tx: ReaderTx, since: Date | null): Promise<{ attempts: HeldAttempt[]; incidents: HeldIncident[] }> {
  if (!since) return { attempts: [], incidents: [] };
  return { attempts: await readAttempts(tx, since), incidents: await readIncidents(tx) };
}
