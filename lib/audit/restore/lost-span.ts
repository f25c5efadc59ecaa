import { z } from "zod";

/** How the acceptance of a loss stands in the log. */
export const ACCEPT_RESTORE = "audit.accept-restore";
export const RESTORE_SUBJECT = "audit:restore";

/**
 * A span of the log that a restored backup does not hold, and that somebody accepted as lost: checkpoints over more than `kept`
 * entries, signed after `from` and until `until`, spoke of it.
 */
export const lostSpan = z.strictObject({ kept: z.number().int().min(0), from: z.coerce.date(), until: z.coerce.date() });
export type LostSpan = z.output<typeof lostSpan>;

/** Whether a checkpoint that Center signed spoke of entries that were accepted as lost. */
export function isOfLost(checkpoint: { readonly size: number; readonly at: Date }, spans: readonly LostSpan[]): boolean {
  return spans.some(({ kept, from, until }) => checkpoint.size > kept && checkpoint.at > from && checkpoint.at <= until);
}
