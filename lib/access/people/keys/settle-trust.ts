import { eq } from "drizzle-orm";
import { trustDocuments } from "@/db/schema/approver-keys";
import type { WriterTx } from "@/db/writer";

/** Ends a trust document's wait, or its time in force. */
export async function settleTrust(
  tx: WriterTx,
  id: string,
  status: "superseded" | "void",
  { by, reason, now }: { readonly by: string; readonly reason: string; readonly now: Date },
): Promise<void> {
  await tx.update(trustDocuments).set({ status, settledAt: now, settledBy: by, settledReason: reason }).where(eq(trustDocuments.id, id));
}
