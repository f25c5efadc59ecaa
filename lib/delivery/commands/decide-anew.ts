import { and, eq } from "drizzle-orm";
import { pluginIncidents } from "@/db/schema/incidents";
import type { WriterTx } from "@/db/writer";

/** What nothing could mend so far may be mended by the new release: open incidents of its plugin are decided anew. */
export async function decideAnew(tx: WriterTx, pluginKey: string, now: Date): Promise<void> {
  const open = and(eq(pluginIncidents.pluginKey, pluginKey), eq(pluginIncidents.status, "open"));
  await tx.update(pluginIncidents).set({ decideAt: now, updatedAt: now }).where(open);
}
