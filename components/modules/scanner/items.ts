import type { Severity } from "@/lib/kernel/severity";

/** What breaks the contract, as GET /api/ops/scanner shows it. */
export interface ViolationItem {
  readonly id: string;
  readonly title: string;
  readonly object: string;
  readonly level: "error" | "warn";
  readonly severity: Severity;
  readonly detail: string;
  readonly evidence: readonly { readonly label: string; readonly value: string }[];
  readonly status: "open" | "cleared";
  readonly remediation: string;
  readonly first_seen: string;
  readonly last_seen: string;
}

/** What is closed because of it. */
export interface BlockItem {
  readonly id: string;
  readonly kind: "route" | "writer" | "export";
  readonly target: string;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: string;
}

export const SCAN_KINDS = ["realtime", "daily", "weekly"] as const;
export type ScanKind = (typeof SCAN_KINDS)[number];

/** One scan and what it cost. */
export interface RunItem {
  readonly id: string;
  readonly kind: ScanKind;
  readonly cpu_ms: number;
  readonly rows_read: number;
  readonly checks: number;
  readonly found: number;
  readonly faults: readonly { readonly check: string }[];
  readonly started_at: string;
  readonly duration_ms: number;
}

export interface ScannerState {
  readonly invariants: number;
  readonly violations: readonly ViolationItem[];
  readonly blocks: readonly BlockItem[];
  readonly runs: readonly RunItem[];
  /** What somebody asked for and waits for; null where nobody does. */
  readonly asked: { readonly kind: ScanKind; readonly asked_by: string | null } | null;
  readonly next: { readonly daily: string; readonly weekly: string };
  /** A last scan older than this says nothing, seconds. */
  readonly stale_after_s: number;
}
