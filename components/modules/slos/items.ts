export type SloState = "burning_fast" | "exhausted" | "burning_slow" | "unknown" | "ok";
export type SloMetric =
  | "availability"
  | "latency_p95"
  | "latency_p99"
  | "error_rate"
  | "queue_saturation"
  | "database_errors"
  | "retries"
  | "timeouts";
export type Surface = "admin" | "tenant" | "job" | "integration";
export type WindowName = "5m" | "30m" | "1h" | "2h" | "6h" | "1d" | "3d" | "30d";
export type SloRange = "6h" | "3d" | "30d";

/** Burn over three windows; 1 spends the budget in just its time, null is unknown. */
export interface Burns {
  readonly "1h": number | null;
  readonly "6h": number | null;
  readonly "3d": number | null;
}

/** An objective as GET /api/ops/slos shows it. */
export interface SloItem {
  readonly id: string;
  readonly module_key: string;
  readonly module_title: string;
  readonly surface: Surface;
  readonly metric: SloMetric;
  /** Share of good events, 0..1. */
  readonly target: number;
  readonly limit_ms: number | null;
  readonly state: SloState;
  readonly unknown: "never_measured" | "not_heard" | "too_few" | null;
  readonly good: number | null;
  readonly events: number;
  readonly bad: number;
  readonly budget_left: number | null;
  readonly exhausted_at: string | null;
  readonly spent_as: WindowName | null;
  readonly burn: Burns;
}

export interface SloList {
  readonly items: readonly SloItem[];
}

export interface BurnPair {
  readonly factor: number;
  readonly short: WindowName;
  readonly long: WindowName;
  readonly is_page: boolean;
  readonly short_burn: number | null;
  readonly long_burn: number | null;
  readonly is_firing: boolean;
}

export interface TenantShare {
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly state: SloState;
  readonly budget_left: number | null;
  readonly burn: Burns;
  readonly events: number;
  readonly bad: number;
}

/** One objective as GET /api/ops/slos/:id shows it. */
export interface ShownSlo extends SloItem {
  readonly pairs: readonly BurnPair[];
  readonly series: {
    readonly range: SloRange;
    readonly from: string;
    readonly to: string;
    readonly points: readonly {
      readonly at: string;
      readonly budget_left: number | null;
      readonly burn: number | null;
      readonly after_gap: boolean;
    }[];
  };
  readonly tenants: readonly TenantShare[];
  readonly spent: {
    readonly minutes: readonly {
      readonly at: string;
      readonly tenant_name: string | null;
      readonly tenant_id: string | null;
      readonly requests: number;
      readonly value: number;
      readonly worst_ms: number | null;
      readonly trace_id: string | null;
    }[];
    readonly codes: readonly { readonly code: string; readonly count: number; readonly trace_id: string | null }[];
  };
}
