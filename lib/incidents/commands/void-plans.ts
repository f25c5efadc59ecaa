import { and, eq } from "drizzle-orm";
import { plans } from "@/db/schema/delivery";
import type { WriterTx } from "@/db/writer";

/**
 * Makes void whatever still waits for approval on an incident that is over: nobody may agree to it later.
 * @returns digests of the plans that waited
 */
export async function voidPlans(tx: WriterTx, { tenantId, id }: { readonly tenantId: string; readonly id: string }): Promise<string[]> {
  const rows = await tx
    .update(plans)
    .set({ status: "void" })
    .where(and(eq(plans.tenantId, tenantId), eq(plans.incidentId, id), eq(plans.status, "awaiting")))
    .returning({ digest: plans.digest });
  return rows.map(({ digest }) => digest);
}
