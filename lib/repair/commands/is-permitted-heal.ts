import { eq } from "drizzle-orm";
import { healActions } from "@/db/schema/modules/healing";
import type { WriterTx } from "@/db/writer";
import { LIMITS } from "@/lib/platform/limits";
import type { RunRow } from "./lock-run";

/**
 * Whether Center may apply a run by itself although a person would need a second one: it does the work of a heal action that policy permits
 * (level 2: saved before, tried before, with a way back), for rows few enough to be looked through.
 */
export async function isPermittedHeal(tx: WriterTx, run: RunRow): Promise<boolean> {
  if (run.ref === null || run.level !== 2 || (run.rowsTotal ?? Number.POSITIVE_INFINITY) > LIMITS.repairRowsAlone) return false;
  const [action] = await tx
    .select({ permit: healActions.permit, state: healActions.state })
    .from(healActions)
    .where(eq(healActions.id, run.ref))
    .for("share");
  return action?.state === "snapshotting" && action.permit.kind === "auto" && action.permit.level === 2;
}
