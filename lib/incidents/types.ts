import type { IncidentType } from "@/lib/detection/types";
import type { Severity } from "@/lib/kernel/severity";

export const INCIDENT_STATUSES = ["open", "awaiting_approval", "healing", "resolved", "escalated", "closed"] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** What grouping needs of an incident that is open, or was resolved a short while ago. */
export interface IncidentState {
  readonly id: string;
  readonly type: IncidentType;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  /** Beats in a row without a finding of this incident's cause. */
  readonly clearStreak: number;
  readonly reopenedCount: number;
  readonly resolvedAt: Date | null;
}
