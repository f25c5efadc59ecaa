import { inArray } from "drizzle-orm";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";

/** @throws Refusal invalid when one of these ids is no tenant in the transaction's scope ("*" stands for all and always is) */
export async function requireTenants(tx: WriterTx, ids: readonly string[]): Promise<void> {
  const wanted = [...new Set(ids)].filter((id) => id !== "*");
  if (wanted.length === 0) return;
  const found = await tx.select({ id: tenants.id }).from(tenants).where(inArray(tenants.id, wanted));
  if (found.length < wanted.length)
    refuse("invalid", "Unknown tenant", { errors: [{ path: "tenants", message: "names an unknown tenant" }] });
}
