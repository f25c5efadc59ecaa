import type { Phase, ProgressState, RunStatus } from "@/lib/repair/types";

/** A kind of repair as GET /api/ops/repairs shows it. */
export interface JobItem {
  readonly key: string;
  readonly version: number;
  readonly level: number;
  readonly site: "module" | "center" | "both";
  readonly is_sensitive: boolean;
  readonly describe: string | null;
  readonly undo: string | null;
  readonly modules: readonly string[];
}

export interface RunItem {
  readonly id: string;
  readonly job: string;
  readonly module_key: string | null;
  readonly level: number;
  readonly status: RunStatus;
  readonly tenants: number;
  readonly rows_total: number | null;
  readonly needs_two: boolean;
  readonly asked_by: string | null;
  readonly requested_by: string;
  readonly reason: string;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export interface RepairList {
  readonly jobs: readonly JobItem[];
  readonly runs: readonly RunItem[];
}

export interface RowItem {
  readonly table: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

export interface PartItem {
  readonly tenant_id: string;
  readonly tenant_name: string | null;
  readonly phase: Phase;
  readonly state: ProgressState;
  readonly rows_total: number;
  readonly rows_done: number;
  readonly rows_kept: number;
  /** Whether anything of it may have been done here. */
  readonly is_applied: boolean;
  readonly detail: string | null;
  readonly rows: readonly RowItem[];
}

/** A run as GET /api/ops/repair-runs/:id shows it. */
export interface ShownRun extends RunItem {
  readonly digest: string | null;
  readonly plan: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
  /** Who took it back; of one that is applied, who asked that it be taken back. */
  readonly rolled_back_by: string | null;
  readonly trace_id: string;
  readonly parts: readonly PartItem[];
  readonly events: readonly {
    readonly id: string;
    readonly at: string;
    readonly kind: string;
    readonly actor: string;
    readonly summary: string;
  }[];
}

/** What the reader may do about repairs; the server says so, too. */
export interface RepairPowers {
  readonly mayRepair: boolean;
  readonly mayApprove: boolean;
  /** Who reads: nobody agrees to what they asked for themselves. */
  readonly self: string;
}
