import type { EmergencyScope, Loosening } from "@/lib/approvals/types";
import type { SwitchName, SwitchScope } from "@/lib/policy/effective-switches";
import type { EmergencyState } from "@/lib/policy/emergency/emergency-state";
import type { HeldUp } from "@/lib/policy/held/held-up";

/** What holds at one place, and where it comes from. */
export interface EffectiveItem {
  readonly kill_switch: boolean;
  readonly safe_mode: boolean;
  readonly auto_heal_off: readonly string[];
  readonly from: readonly { readonly name: SwitchName; readonly scope: SwitchScope | "policy"; readonly target_id: string | null }[];
}

/** One stored switch; names that this page does not know are shown as they are. */
export interface SwitchItem {
  readonly id: string;
  readonly name: string;
  readonly scope: SwitchScope;
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly target_id: string | null;
  readonly target_name: string | null;
  readonly on: boolean;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: string;
  readonly effective: EffectiveItem;
  readonly held_up: HeldUp;
}

/** A wish to turn a switch off that waits for a second person. */
export interface RequestItem {
  readonly id: string;
  readonly digest: string;
  /** Null for what holds for everybody. */
  readonly tenant_name: string | null;
  readonly document: Loosening;
  readonly reason: string;
  readonly requested_by: string;
  readonly requester_proof: "code" | "token" | "unproven" | "waiting";
  readonly created_at: string;
  readonly expires_at: string;
}

/** GET /api/ops/switches, as this page uses it. */
export interface SafetyItem {
  readonly names: readonly SwitchName[];
  readonly effective: EffectiveItem;
  readonly kill_switch: {
    readonly on: boolean;
    readonly set_by: string | null;
    readonly set_at: string | null;
    readonly reason: string | null;
    readonly held_up: HeldUp;
  };
  readonly items: readonly SwitchItem[];
  readonly requests: readonly RequestItem[];
}

export interface EmergencyRow {
  readonly tenant_name: string;
  readonly plugin_id: string;
  readonly plugin_key: string;
  readonly incident_id: string | null;
  readonly from_version: string | null;
  readonly to_version: string | null;
  readonly state: EmergencyState;
  readonly why: string;
}

/** One emergency rollback with where every plugin stands now (GET /api/ops/emergency-rollback). */
export interface EmergencyItem {
  readonly id: string;
  readonly scope: EmergencyScope;
  readonly reason: string;
  readonly ordered_by: string;
  readonly at: string;
  readonly stopped: readonly EmergencyRow[];
  readonly in_flight: readonly EmergencyRow[];
  readonly can_undo: readonly EmergencyRow[];
  readonly cannot_undo: readonly EmergencyRow[];
  readonly more: boolean;
}

/** What somebody on this page may do. */
export interface SafetyPowers {
  readonly email: string | null;
  readonly mayThrow: boolean;
  readonly mayThrowAll: boolean;
  readonly mayAgree: boolean;
}

/** Merchants and plugins that a narrower switch can be about. */
export interface SafetyPlaces {
  readonly merchants: readonly { readonly id: string; readonly name: string }[];
  readonly plugins: readonly { readonly id: string; readonly merchant: string; readonly key: string }[];
  /** Every plugin key with each version of it that runs somewhere. */
  readonly versions: readonly { readonly key: string; readonly version: string }[];
  /** There are more merchants or plugins than these; a search finds them. */
  readonly hasMore: boolean;
}

/** One switch at one place, as an order names it. */
export interface SwitchAt {
  readonly name: string;
  readonly scope: SwitchScope;
  readonly tenantId: string | null;
  readonly targetId: string | null;
  /** How people call the place; it is what they type to turn the switch off. */
  readonly place: string;
}
