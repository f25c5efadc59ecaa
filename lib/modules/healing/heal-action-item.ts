import { type PermitItem, permitItem } from "@/lib/policy/permit/permit-item";
import type { Permit } from "@/lib/policy/types";
import { healTargets, isEnd } from "./action-table";
import { actionNamed } from "./catalogue";
import type { Danger, HealState } from "./types";

/** What of a stored action is told outside. */
export interface ShownAction {
  readonly id: string;
  readonly tenantId: string;
  readonly incidentId: string;
  readonly moduleKey: string;
  readonly action: string;
  readonly level: number;
  readonly category: string;
  readonly state: HealState;
  readonly explain: string;
  readonly permit: Permit;
  readonly endedWhy: string | null;
  readonly approvedBy: string | null;
  readonly proposedAt: Date;
  readonly begunAt: Date | null;
  readonly stateSince: Date;
  readonly endedAt: Date | null;
  readonly traceId: string;
}

/** A heal action as the API and the pages speak of it. */
export interface HealActionItem {
  readonly id: string;
  readonly tenant_id: string;
  readonly incident_id: string;
  readonly module_key: string;
  readonly action: string;
  readonly level: number;
  readonly category: string;
  readonly danger: Danger;
  readonly undo: string | null;
  readonly state: HealState;
  readonly explain: string;
  readonly permit: PermitItem | null;
  readonly ended_why: string | null;
  readonly approved_by: string | null;
  readonly proposed_at: string;
  readonly begun_at: string | null;
  readonly state_since: string;
  readonly ended_at: string | null;
  readonly trace_id: string;
  /** Whether a person can agree to it now: what policy denies stays denied. */
  readonly may_approve: boolean;
  /** Whether a person can stop it now, or have it taken back. */
  readonly may_cancel: boolean;
}

/** A stored action under its outside names. */
export function healActionItem(row: ShownAction): HealActionItem {
  const { danger, undo } = actionNamed(row.action);
  return {
    ...{ id: row.id, tenant_id: row.tenantId, incident_id: row.incidentId, module_key: row.moduleKey },
    ...{ action: row.action, level: row.level, category: row.category, danger, undo },
    ...{ state: row.state, explain: row.explain, permit: permitItem(row.permit) },
    ...{ ended_why: row.endedWhy, approved_by: row.approvedBy, trace_id: row.traceId },
    proposed_at: row.proposedAt.toISOString(),
    begun_at: row.begunAt?.toISOString() ?? null,
    state_since: row.stateSince.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
    may_approve: row.state === "refused" && row.permit.kind !== "deny",
    may_cancel: !isEnd(row.state) && (row.state === "holding" || healTargets(row.state, "cancel").length > 0),
  };
}
