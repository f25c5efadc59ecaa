import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import { readOpenToChange } from "@/lib/policy/permit/queries-permit";

/**
 * Refuses to begin something new at a merchant who is frozen, or whose hours are closed. The caller holds the policy (`requireSwitchesOpen`), which
 * whoever sets a freeze or hours waits for: there is no moment in between.
 *
 * @throws Refusal conflict with ERR_CALENDAR
 */
export async function requireCalendarOpen(tx: WriterTx, tenantId: string, now: Date): Promise<void> {
  const { openToChange, why } = await readOpenToChange(tx, tenantId, now);
  if (!openToChange) refuse("conflict", `No change may begin here now: ${why}`, { code: "ERR_CALENDAR" });
}
