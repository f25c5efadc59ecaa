import type { Span } from "@/lib/policy/calendar/may-change-now";
import type { RequestItem } from "../../safety/items";

export type HeldBy = "freeze" | "window" | null;

/** When what holds turns into something else. */
export interface TurnItem {
  readonly at: string;
  readonly held_by: HeldBy;
}

export interface FreezeItem {
  readonly id: string;
  readonly scope: "global" | "tenant";
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: string;
  readonly in_force: boolean;
}

/** One merchant's own hours, and what holds it now. */
export interface MerchantHours {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly time_zone: string;
  readonly windows: readonly Span[];
  readonly quiet: readonly Span[];
  readonly held_by: HeldBy;
  readonly next: TurnItem | null;
  readonly updated_at: string;
  readonly updated_by: string;
}

/** One rollout with the shops that wait in it. */
export interface HeldRollout {
  readonly rollout_id: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly count: number;
  readonly shops: readonly {
    readonly plugin_id: string;
    readonly tenant_id: string;
    readonly tenant_name: string;
    readonly held_by: HeldBy;
  }[];
}

/** GET /api/ops/calendars. */
export interface CalendarsItem {
  readonly held_by: HeldBy;
  readonly next: TurnItem | null;
  readonly policy_windows: readonly { readonly from: number; readonly to: number }[];
  readonly freezes: readonly FreezeItem[];
  readonly items: readonly MerchantHours[];
  readonly held_up: readonly HeldRollout[];
  readonly requests: readonly RequestItem[];
}

/** What the reader may do about calendars; the server asks again. */
export interface CalendarPowers {
  readonly mayWrite: boolean;
  /** For everybody, too. */
  readonly mayAll: boolean;
}
