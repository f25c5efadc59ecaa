import { LIMITS } from "@/lib/platform/limits";

/**
 * Whether a second person has to agree before a run may be applied: where money or rights are concerned, and where it is many rows.
 *
 * @param run.isSensitive  what the catalogue says of the job; of a job that Center does not know, from level 2 on
 */
export function needsTwoPeople(run: { readonly isSensitive: boolean; readonly rowsTotal: number }): boolean {
  return run.isSensitive || run.rowsTotal > LIMITS.repairRowsAlone;
}
