import type { IncidentType } from "@/lib/detection/types";
import { categoryOf } from "../category-of";
import type { SwitchName, SwitchScope } from "../effective-switches";

/** An attempt that a switch may hold: under way, or ended since. */
export interface HeldAttempt {
  readonly id: string;
  readonly incident_id: string | null;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly plugin_id: string;
  readonly plugin_key: string;
  readonly method: string;
  readonly status: string;
  readonly phase: string;
  readonly from_version: string;
  readonly to_version: string | null;
  readonly automatic: boolean;
  readonly end_reason: string | null;
  /** RFC 3339; null while it is under way. */
  readonly finished_at: string | null;
}

/** An incident that nobody has mended yet. */
export interface HeldIncident {
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly plugin_id: string;
  readonly plugin_key: string;
  readonly type: IncidentType;
  readonly severity: string;
  readonly status: string;
  readonly opened_at: string;
}

/** A switch that is on, where, and since when. */
export interface HoldingSwitch {
  readonly name: SwitchName;
  readonly scope: SwitchScope;
  readonly tenantId: string | null;
  readonly targetId: string | null;
  /** RFC 3339 */
  readonly since: string;
}

/** What a switch holds up: what it stopped, what was past the point of no return, and what is not being mended. */
export interface HeldUp {
  readonly attempts: readonly (HeldAttempt & { readonly state: "stopped" | "in_flight" | "ended" })[];
  readonly incidents: readonly HeldIncident[];
  /** There is more than is listed. */
  readonly more: boolean;
}

const CATEGORY: Readonly<Partial<Record<SwitchName, ReturnType<typeof categoryOf>>>> = {
  auto_heal_off_data: "DATA",
  auto_heal_off_perf: "PERF",
  auto_heal_off_security: "SECURITY",
  auto_heal_off_ux: "UX",
  auto_heal_off_integration: "INTEGRATION",
};

function reaches(held: HoldingSwitch, subject: { readonly tenant_id: string; readonly plugin_id: string }): boolean {
  if (held.scope === "global") return true;
  if (held.scope === "tenant") return held.tenantId === subject.tenant_id;
  return held.scope === "plugin" && held.targetId === subject.plugin_id;
}

function stateOf({ status, finished_at }: HeldAttempt): HeldUp["attempts"][number]["state"] {
  if (finished_at === null) return "in_flight";
  return status === "cancelled" ? "stopped" : "ended";
}

/**
 * What one switch holds up, of the attempts and incidents in sight.
 *
 * The kill switch stops every attempt but rollbacks, SAFE_MODE those that Center began by itself; switches of a category stop none
 * that has begun. An attempt that ended before the switch was thrown has nothing to do with it.
 *
 * @param most  how many of each are listed
 */
export function heldUpBy(held: HoldingSwitch, attempts: readonly HeldAttempt[], incidents: readonly HeldIncident[], most: number): HeldUp {
  const category = CATEGORY[held.name];
  const stopped = attempts.filter((attempt) => {
    if (category || attempt.method === "rollback" || !reaches(held, attempt)) return false;
    if (held.name === "safe_mode" && !attempt.automatic) return false;
    return attempt.finished_at === null || attempt.finished_at >= held.since;
  });
  const unmended = incidents.filter((incident) => reaches(held, incident) && (!category || categoryOf(incident.type) === category));
  return {
    attempts: stopped.slice(0, most).map((attempt) => ({ ...attempt, state: stateOf(attempt) })),
    incidents: unmended.slice(0, most),
    more: stopped.length > most || unmended.length > most,
  };
}
