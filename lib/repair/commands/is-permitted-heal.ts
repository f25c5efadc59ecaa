import { eq } from "drizzle-orm";
import { healActions } from "@/db/schema/modules/healing";
import type { WriterTx } from "@/db/writer";
import { mayHealAlone } from "../runs/may-heal-alone";
import { type RunRow, readProgress } from "./lock-run";

/**
 * Whether Center may apply a run by itself although a person would need a second one: it does the work of a heal action that policy permits by
 * itself (level 2: saved before, tried before, with a way back), and no other (runs/may-heal-alone.ts).
 */
export async function isPermittedHeal(tx: WriterTx, run: RunRow): Promise<boolean> {
  if (run.ref === null) return false;
  const [action] = await tx.select().from(healActions).where(eq(healActions.id, run.ref)).for("share");
  if (action?.state !== "snapshotting" || action.permit.kind !== "auto" || action.permit.level !== 2) return false;
  const rows = (await readProgress(tx, run.id)).flatMap((part) => part.rows);
  return mayHealAlone({ ...run, rows }, action);
}
