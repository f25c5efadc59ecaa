import type { Manifest, Mode, OrderStatus } from "@/lib/modules/types";

export type Presence = "down" | "degraded" | "silent" | "unknown" | "revoked" | "ok";

/** A module as GET /api/ops/modules shows it. */
export interface ModuleItem {
  readonly id: string;
  readonly module_key: string;
  readonly title: string;
  readonly criticality: "core" | "standard" | "optional";
  readonly status: "active" | "revoked";
  readonly presence: Presence;
  readonly last_seen: string | null;
  /** How long a beat says anything, seconds. */
  readonly silent_after_s: number;
  readonly running_version: string | null;
  readonly failing: readonly { readonly id: string; readonly detail: string }[];
}

export interface ListedModule extends ModuleItem {
  readonly tenants: number;
  readonly entitled: number;
  readonly impaired: number;
}

export interface ModuleList {
  readonly items: readonly ListedModule[];
}

export interface TenantView {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly is_entitled: boolean;
  readonly mode: Mode;
  readonly mode_reason: string | null;
  readonly mode_since: string | null;
}

export interface OrderItem {
  readonly id: string;
  readonly type: string;
  readonly tenant_id: string | null;
  readonly status: OrderStatus;
  /** Null where it is about all tenants and the caller may not see them all. */
  readonly requested_by: string | null;
  readonly reason: string | null;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly detail: string | null;
}

/** One module as GET /api/ops/modules/:key shows it. */
export interface ShownModule extends ModuleItem {
  readonly checks: readonly { readonly id: string; readonly ok: boolean; readonly detail: string }[];
  readonly manifest: Manifest | null;
  readonly tenants: readonly TenantView[];
  readonly orders: readonly OrderItem[];
}
