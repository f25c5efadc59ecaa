import type { Finding, IncidentType } from "@/lib/detection/types";
import type { FleetKind } from "@/lib/incidents/fleet/types";
import type { IncidentStatus } from "@/lib/incidents/types";
import type { Severity } from "@/lib/kernel/severity";
import type { PermitItem } from "@/lib/policy/permit/permit-item";
import type { AttemptPhase, AttemptStatus } from "@/lib/rollout/types";
import type { SiraDecision } from "@/lib/sira/types";

/** What a list answers: one page, and the cursor of the next (contract.md, Ops). */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** An incident as the ops API shows it; times are RFC 3339. */
export interface IncidentItem {
  readonly id: string;
  readonly tenant_id: string;
  readonly plugin_id: string;
  readonly plugin_key: string;
  readonly type: IncidentType;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly opened_at: string;
  readonly detected_at: string;
  readonly resolved_at: string | null;
  readonly value: number;
  /** One sentence of the rule that found it, in English. */
  readonly explain: string;
  readonly telemetry_snapshot: Readonly<Record<string, unknown>>;
  readonly sira_decision: SiraDecision | null;
  readonly permit: PermitItem | null;
  readonly plan_digest: string | null;
  readonly approvals: { readonly required: number; readonly given: number };
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: string | null;
  readonly reopened_count: number;
  /** Of which kind the fleet incident is that it belongs to, while that is open. */
  readonly fleet_kind: FleetKind | null;
}

/** What many merchants have at once (GET /api/ops/fleet/incidents). */
export interface FleetIncidentItem {
  readonly id: string;
  readonly kind: FleetKind;
  readonly status: "open" | "ended" | "dissolved";
  readonly severity: Severity;
  readonly signature: string;
  /** Plugin, version and cohort, in English. */
  readonly place: string;
  readonly members: { readonly now: number; readonly most: number; readonly merchants: number };
  readonly since: string;
  readonly acknowledged_by: string | null;
}

/** An incident as a line of a list (`view=row`). */
export interface IncidentRowItem
  extends Pick<IncidentItem, "id" | "tenant_id" | "plugin_id" | "plugin_key" | "type" | "severity" | "status" | "opened_at"> {
  readonly tenant_name: string;
}

/** One line of an incident's timeline. */
export interface TimelineItem {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly summary: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Whether somebody thought it worth telling in a postmortem. */
  readonly is_starred?: boolean;
}

export interface AttemptEventItem {
  readonly id: string;
  readonly at: string;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly phase: string;
  readonly actor: string;
  readonly reason: string;
}

/** One execution of a plan on one plugin. */
export interface AttemptItem {
  readonly id: string;
  readonly tenant_id: string;
  /** Null for a rollout's attempt. */
  readonly incident_id: string | null;
  readonly plugin_id: string;
  readonly from_version: string;
  readonly to_version: string | null;
  readonly method: string;
  readonly status: AttemptStatus;
  readonly phase: AttemptPhase;
  readonly staging_report: Readonly<Record<string, unknown>> | null;
  readonly health_report: Readonly<Record<string, unknown>> | null;
  readonly automatic: boolean;
  readonly end_reason: string | null;
  readonly needs_person: boolean;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly events: readonly AttemptEventItem[];
}

/** An attempt as a line of a list (`view=row`). */
export interface AttemptRowItem
  extends Pick<AttemptItem, "id" | "incident_id" | "plugin_id" | "status" | "method" | "from_version" | "to_version" | "created_at"> {
  readonly tenant_name: string;
}

/** One plugin as a line of the fleet (GET /api/ops/fleet). */
export interface FleetItem {
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly status: string;
  readonly running_version: string | null;
  readonly disk_version: string | null;
  readonly last_seen: string | null;
  /** Share of webhooks that failed since the beat before, 0..1. */
  readonly fail_rate: number | null;
  /** Its gravest open incident. */
  readonly incident: Pick<IncidentItem, "id" | "type" | "severity" | "status"> | null;
  /** The change under way on it. */
  readonly attempt: Pick<AttemptItem, "id" | "incident_id" | "status" | "method" | "from_version" | "to_version"> | null;
}

/** State of the whole fleet: active plugins, and incidents open on them. */
export interface FleetCounts {
  readonly total: number;
  readonly online: number;
  readonly late: number;
  readonly silent: number;
  readonly unknown: number;
  /** With an open incident. */
  readonly sick: number;
  /** With an incident that waits for somebody. */
  readonly needs_person: number;
  /** With a change under way. */
  readonly changing: number;
  readonly open_incidents: number;
}

export interface FleetPage extends Page<FleetItem> {
  readonly counts: FleetCounts;
}

/** One plugin at one merchant, with its newest word. */
export interface PluginItem {
  readonly id: string;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly channel: string;
  readonly status: string;
  readonly last_seen: string | null;
  readonly running_version: string | null;
  readonly disk_version: string | null;
  readonly telemetry: Readonly<Record<string, number>> | null;
  readonly last_good_version: string | null;
}

/** The incident page's read: the incident with its timeline. */
export interface IncidentDetail extends IncidentItem {
  readonly finding: Pick<Finding, "value" | "usual" | "statistic" | "ruleId">;
  readonly timeline: readonly TimelineItem[];
  /** Newest first. */
  readonly decisions: readonly { readonly id: string }[];
}

/** Safety switches as they hold for everybody, and each stored one (GET /api/ops/switches). */
export interface SwitchesItem {
  readonly effective: { readonly kill_switch: boolean; readonly safe_mode: boolean };
  readonly items: readonly {
    readonly id: string;
    readonly name: string;
    readonly scope: string;
    readonly on: boolean;
    readonly reason: string;
    readonly set_by: string;
    readonly set_at: string;
  }[];
}
