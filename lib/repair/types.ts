import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import type { Category } from "@/lib/policy/types";

/**
 * dry_running   the difference is being found out
 * ready         it may be applied, for LIMITS.repairReadySeconds
 * clean         there is nothing to mend: the end
 * planned       level 3: the plan is written for people: the end
 * applying      it is saved, then done, tenant by tenant
 * applied       all of it is done; it can be taken back
 * rolling_back  it is being taken back
 * rolled_back   every row is what it was
 * failed        nothing of it is left, or a person is needed: `error` says which; what is left can be taken back once more
 * expired       nobody applied it in time
 * cancelled     somebody gave it up before it was applied
 */
export const RUN_STATUSES = [
  "dry_running",
  "ready",
  "clean",
  "planned",
  "applying",
  "applied",
  "rolling_back",
  "rolled_back",
  "failed",
  "expired",
  "cancelled",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What is being done at each tenant; `snapshot` and `apply` are both the status `applying`. */
export const PHASES = ["dry_run", "snapshot", "apply", "rollback"] as const;
export type Phase = (typeof PHASES)[number];

/** Of one tenant in one phase. */
export const PROGRESS_STATES = ["waiting", "ordered", "done", "failed"] as const;
export type ProgressState = (typeof PROGRESS_STATES)[number];

const cells = z.record(z.string().max(64), z.json());

/** One row, as it is and as it would be; null before it is made, or after it is taken away. */
export const repairRowSchema = z.strictObject({
  table: z.string().min(1).max(64),
  key: cells,
  before: cells.nullable(),
  after: cells.nullable(),
});
export type RepairRow = z.output<typeof repairRowSchema>;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a job answers when it was only tried: the first rows, and the digest of all of them. */
export const dryRunAnswerSchema = z.strictObject({
  digest,
  rows_total: count,
  tables: z.record(z.string().max(64), count),
  rows: z.array(repairRowSchema).max(LIMITS.repairRowsShown),
  /** Of level 3: what people would have to do. */
  plan: z.record(z.string().max(64), z.json()).nullish(),
});
export type DryRunAnswer = z.output<typeof dryRunAnswerSchema>;

/** What a job answers when it did something, or took it back. */
export const doneAnswerSchema = z.strictObject({
  /** False where the difference is no longer the one that was agreed to: then nothing was done. */
  is_same: z.boolean().default(true),
  digest: digest.nullish(),
  rows_done: count,
  /** Changed by somebody else meanwhile, and left as they are. */
  rows_kept: count,
});
export type DoneAnswer = z.output<typeof doneAnswerSchema>;

/** A way of mending, as Center knows it; a module brings its own functions for what is its own. */
export interface RepairJob {
  readonly key: string;
  readonly version: number;
  readonly level: 1 | 2 | 3;
  /** Whose rows: a module's, Center's own, or either. */
  readonly site: "module" | "center" | "both";
  /** The switch of automatic healing that holds it. */
  readonly category: Category;
  /** Money or rights: a second person agrees, however few rows there are. */
  readonly isSensitive: boolean;
  /** One sentence each, for docs/REPAIR_JOB_CATALOG.md and the page. */
  readonly describe: string;
  readonly finds: string;
  readonly undo: string;
  /** What holds again afterwards. */
  readonly invariants: readonly string[];
}

export const reasonSchema = z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters);
export const digestSchema = digest;
