import type { CenterJob } from "./center-job";
import { excessRights } from "./excess-rights";
import { rollupGaps } from "./rollup-gaps";

/** What Center itself mends, by the job's key. */
export const CENTER_JOBS: Readonly<Record<string, CenterJob>> = {
  repair_excess_permissions: excessRights,
  repair_rollup_gaps: rollupGaps,
};
