import { eq } from "drizzle-orm";
import { z } from "zod";
import { installation } from "@/db/schema/spine";
import { defineCommand } from "@/lib/gateway/define-command";

/** Where the last finding lies among the single values of the installation. */
export const TAMPERED_KEY = "audit_tampered";

/** Center writes down that its own audit log is not what was sealed, for the log itself and for whoever is told of events. */
export const reportTampering = defineCommand({
  name: "audit.report-tampering",
  permission: "system",
  input: z.strictObject({ index: z.number().int().nullable(), kind: z.string().max(32), detail: z.string().max(1_000) }),

  async apply(tx, { index, kind, detail }, { now }) {
    const [before] = await tx.select().from(installation).where(eq(installation.key, TAMPERED_KEY)).for("update");
    const set = { value: `${kind}:${index ?? ""}`, updatedAt: now };
    await tx
      .insert(installation)
      .values({ key: TAMPERED_KEY, ...set })
      .onConflictDoUpdate({ target: installation.key, set });
    return {
      subject: "audit:log",
      tenantId: null,
      before: before?.value ?? null,
      after: { first_bad_index: index, kind },
      reason: detail,
      events: [{ name: "audit.tampered", payload: { firstBadIndex: index, kind } }],
      result: { first_bad_index: index },
    };
  },
});
