import type { Severity } from "@/lib/kernel/severity";

/** Somebody of an order, as they are now. */
export interface OnCallPersonItem {
  readonly id: string;
  readonly name: string;
  readonly state: "awake" | "asleep" | "disabled" | "may_not";
  /** Until when they sleep; null while they do not. */
  readonly until: string | null;
  readonly critical_wakes: boolean;
}

export const AREA_NAMES = ["any", "plugins", "fleet", "integrity"] as const;
export type AreaName = (typeof AREA_NAMES)[number];

/** Why nobody would be woken now. */
export type NobodyWhy = "no_order" | "no_mail" | "none_reachable" | "quiet";

/** Whom incidents of an area and a severity wake. */
export interface OnCallOrderItem {
  readonly area: AreaName;
  readonly severity: Severity;
  readonly people: readonly OnCallPersonItem[];
  readonly ack_minutes: number;
  readonly repage_minutes: number;
  readonly now: { readonly person_id: string | null; readonly why: string | null; readonly until: string | null };
}

export interface Candidate {
  readonly id: string;
  readonly name: string;
}

/** GET /api/ops/on-call. */
export interface OnCallItem {
  readonly has_mail: boolean;
  readonly orders: readonly OnCallOrderItem[];
  readonly candidates: readonly Candidate[];
}
