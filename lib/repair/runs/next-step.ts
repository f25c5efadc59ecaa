import { LIMITS } from "@/lib/platform/limits";
import type { Phase, ProgressState, RunStatus } from "../types";

/** A run as far as its next step depends on it. */
export interface RunState {
  readonly status: RunStatus;
  readonly phase: Phase;
  readonly expiresAt: Date | null;
  readonly phaseUntil: Date | null;
}

/** One tenant of it, in the phase that is under way. */
export interface TenantState {
  readonly tenantId: string;
  readonly state: ProgressState;
}

export type Step =
  | { readonly do: "wait" }
  /** Nobody applied it in time. */
  | { readonly do: "expire" }
  /** Begin at these tenants, and look how the others are. */
  | { readonly do: "work"; readonly begin: readonly string[]; readonly look: readonly string[] }
  /** Every tenant has ended, or time is up for those that have not. */
  | { readonly do: "end"; readonly isWhole: boolean; readonly isLate: boolean };

/**
 * What a worker does next with a run. Where a phase failed at one tenant, it is not begun at another one; taking back goes on everywhere.
 */
export function nextStep(run: RunState, tenants: readonly TenantState[], now: Date): Step {
  if (run.status === "ready") return run.expiresAt !== null && run.expiresAt <= now ? { do: "expire" } : { do: "wait" };
  if (run.status !== "dry_running" && run.status !== "applying" && run.status !== "rolling_back") return { do: "wait" };
  const of = (state: ProgressState) => tenants.filter((one) => one.state === state).map(({ tenantId }) => tenantId);
  const [waiting, ordered, failed] = [of("waiting"), of("ordered"), of("failed")];
  const isLate = run.phaseUntil !== null && run.phaseUntil <= now;
  const mayBegin = failed.length === 0 || run.phase === "rollback";
  const isOver = ordered.length === 0 && (waiting.length === 0 || !mayBegin);
  if (isOver || isLate) return { do: "end", isWhole: failed.length + waiting.length + ordered.length === 0, isLate };
  const room = Math.max(0, LIMITS.repairOrdersAtOnce - ordered.length);
  return { do: "work", begin: mayBegin ? waiting.slice(0, room) : [], look: ordered };
}
