import type { CommandType } from "@/lib/delivery/types";
import type { IncidentType } from "@/lib/detection/types";
import type { FleetKind } from "@/lib/incidents/fleet/types";
import type { Severity } from "@/lib/kernel/severity";
import type { ModuleFindingType } from "@/lib/modules/types";

/** The plugin that a notification speaks of, by name as well as by id: its reader may be woken by it. */
interface PluginFacts {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly plugin_id: string;
  readonly plugin_key: string;
}

export interface IncidentFacts extends PluginFacts {
  readonly incident_id: string;
  readonly incident_type: IncidentType;
  readonly severity: Severity;
}

export interface AttemptFacts extends PluginFacts {
  readonly attempt_id: string;
  readonly incident_id: string | null;
  readonly from_version: string | null;
  readonly to_version: string | null;
  /** Why it ended as it did; null when there is nothing to add. */
  readonly reason: string | null;
  readonly method: CommandType;
  /** What it was done for: an incident, a planned rollout, or a version that is taken back. */
  readonly part_of: "incident" | "rollout" | "recall";
}

export interface SwitchFacts {
  readonly switch: string;
  /** `global`, `tenant:<id>`, `module:<id>`, `plugin:<id>`. */
  readonly scope: string;
  readonly on: boolean;
  readonly actor: string;
  readonly reason: string;
}

export interface TamperFacts {
  /** Index of the first entry that is not what was sealed; null when it cannot be said. */
  readonly first_bad_index: number | null;
  /** What the evidence is: `leaf`, `root`, `checkpoint`, ... */
  readonly kind: string;
}

export interface MetadataFacts {
  /** `root`, `targets`, or a vendor's role, which is its plugin's key. */
  readonly role: string;
  readonly version: number;
  readonly expires_at: string;
  readonly expired: boolean;
}

/** An incident of a module of the platform: of one tenant, or told to ops alone where it concerns all. */
export interface ModuleIncidentFacts {
  /** Null where it concerns all tenants. */
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly module_key: string;
  /** As people call it. */
  readonly module: string;
  readonly module_incident_id: string;
  readonly incident_type: ModuleFindingType;
  readonly severity: Severity;
}

/** What many merchants have, or had, at once: told to ops alone, and without a word about who they are. */
export interface FleetFacts {
  readonly fleet_id: string;
  readonly kind: FleetKind;
  /** The rule that found it. */
  readonly signature: string;
  /** Plugin, version and cohort, in English. */
  readonly place: string;
  readonly severity: Severity;
  readonly merchants: number;
  /** The most plugins it ever held. */
  readonly plugins: number;
}

/** A version that nobody gets any more, and that is taken back wherever it runs: told to ops alone. */
export interface RecallFacts {
  readonly release_id: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly actor: string;
  /** Whether Center ordered it by itself, since harm was shown. */
  readonly automatic: boolean;
  readonly reason: string;
}

/** A rollout that goes no further until somebody has looked: told to ops alone. */
export interface WaitingRolloutFacts {
  readonly rollout_id: string;
  readonly plugin_key: string;
  readonly version: string;
  /** Counted from 1. */
  readonly wave: number;
}

/** Everything people are told of, with what each kind says. Names are events of the outbox. */
export interface NotificationFacts {
  readonly "incident.opened": IncidentFacts;
  readonly "incident.resolved": IncidentFacts;
  readonly "incident.escalated": IncidentFacts;
  readonly "incident.approval_needed": IncidentFacts;
  readonly "module-incident.opened": ModuleIncidentFacts;
  readonly "module-incident.resolved": ModuleIncidentFacts;
  readonly "module-incident.escalated": ModuleIncidentFacts;
  readonly "attempt.success": AttemptFacts;
  readonly "attempt.rolled_back": AttemptFacts;
  readonly "attempt.failed": AttemptFacts;
  readonly "switch.changed": SwitchFacts;
  readonly "audit.tampered": TamperFacts;
  readonly "metadata.expiring": MetadataFacts;
  readonly "fleet.opened": FleetFacts;
  readonly "fleet.ended": FleetFacts;
  readonly "fleet.dissolved": FleetFacts;
  readonly "release.recalled": RecallFacts;
  readonly "rollout.waits_for_person": WaitingRolloutFacts;
}
export type NotificationEvent = keyof NotificationFacts;

export const NOTIFICATION_EVENTS = [
  "incident.opened",
  "incident.resolved",
  "incident.escalated",
  "incident.approval_needed",
  "module-incident.opened",
  "module-incident.resolved",
  "module-incident.escalated",
  "attempt.success",
  "attempt.rolled_back",
  "attempt.failed",
  "switch.changed",
  "audit.tampered",
  "metadata.expiring",
  "fleet.opened",
  "fleet.ended",
  "fleet.dissolved",
  "release.recalled",
  "rollout.waits_for_person",
] as const satisfies readonly NotificationEvent[];

/** Messages that only mailboxes get: somebody is woken, somebody gets a one-time link. */
const MAIL_ONLY_EVENTS = ["incident.page", "link.made", "support.entered"] as const;

/** What the keeper of an address asked for, to see whether it arrives. */
export const TEST_EVENT = "webhook.test";

/** Everything that a message can be about. */
export const MESSAGE_EVENTS = [...NOTIFICATION_EVENTS, ...MAIL_ONLY_EVENTS, TEST_EVENT] as const;
export type MessageEvent = (typeof MESSAGE_EVENTS)[number];

export const DELIVERY_STATUSES = ["waiting", "delivered", "dead"] as const;
export const DELIVERY_CHANNELS = ["webhook", "email"] as const;

/** A message ready to be signed and sent; retries send the same id and the same bytes. */
export interface Notification {
  /** Becomes `webhook-id`. */
  readonly id: string;
  readonly event: NotificationEvent;
  readonly body: string;
}
