import { eq } from "drizzle-orm";
import { siraSettings } from "@/db/schema/sira";
import type { WriterTx } from "@/db/writer";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

export type SettingsRow = typeof siraSettings.$inferSelect;

/** The platform's one row, held until the transaction ends. @throws Error when the migrations did not write it */
export async function lockSettings(tx: WriterTx): Promise<SettingsRow> {
  const [row] = await tx.select().from(siraSettings).where(eq(siraSettings.tenantId, PLATFORM_TENANT)).for("update");
  if (!row) throw new Error("sira_settings has no row");
  return row;
}

/** Writes the locked row. */
export async function writeSettings(
  tx: WriterTx,
  changes: Partial<Pick<SettingsRow, "activeVersion" | "holdoutShare" | "holdoutStopped">>,
  by: { readonly id: string },
  now: Date,
): Promise<void> {
  await tx
    .update(siraSettings)
    .set({ ...changes, updatedAt: now, updatedBy: by.id })
    .where(eq(siraSettings.tenantId, PLATFORM_TENANT));
}
