import type { healActions } from "@/db/schema/modules/healing";
import type { moduleIncidents } from "@/db/schema/modules/incidents";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

const told = (at: Date | null) => at?.toISOString() ?? null;

/** The newest action of an incident, in a word. */
export type NewestAction = Pick<typeof healActions.$inferSelect, "action" | "level" | "state">;

/** A module's incident as the API shows it. @param tenantName  null where it concerns all tenants @param healing  null where nothing was done or suggested about it so far */
export function moduleIncidentItem(row: typeof moduleIncidents.$inferSelect, tenantName: string | null, healing: NewestAction | null) {
  return {
    id: row.id,
    /** Null where it concerns all tenants. */
    tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
    tenant_name: row.tenantId === PLATFORM_TENANT ? null : tenantName,
    module_key: row.moduleKey,
    cause: row.cause,
    type: row.type,
    rule_id: row.ruleId,
    severity: row.severity,
    status: row.status,
    explain: row.explain,
    statistic: row.statistic,
    value: row.value,
    usual: row.usual,
    opened_at: row.openedAt.toISOString(),
    detected_at: row.detectedAt.toISOString(),
    last_seen_at: row.lastSeenAt.toISOString(),
    cleared_at: told(row.clearedAt),
    resolved_at: told(row.resolvedAt),
    resolved_by: row.resolvedBy,
    escalated_at: told(row.escalatedAt),
    closed_at: told(row.closedAt),
    acknowledged_by: row.acknowledgedBy,
    acknowledged_at: told(row.acknowledgedAt),
    assigned_to: row.assignedTo,
    reopened_count: row.reopenedCount,
    heal_state: row.healState,
    healing: healing && { action: healing.action, level: healing.level, state: healing.state },
    suppressed_by: row.suppressedBy,
    updated_at: row.updatedAt.toISOString(),
  };
}
export type ModuleIncidentItem = ReturnType<typeof moduleIncidentItem>;
