import type { IncidentStatus } from "@/lib/incidents/types";

/** Where somebody or something still has to do with an incident. */
export const ACTIVE_STATUSES = ["open", "awaiting_approval", "healing", "escalated"] as const satisfies readonly IncidentStatus[];
