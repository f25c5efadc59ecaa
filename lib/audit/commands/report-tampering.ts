import { eq } from "drizzle-orm";
import { z } from "zod";
import { installation } from "@/db/schema/spine";
import { defineCommand } from "@/lib/gateway/define-command";

/** Where the last finding lies among the single values of the installation. */
export const TAMPERED_KEY = "audit_tampered";

const WHOLE = "whole";

/** The finding as it is kept: two checks that find the same tell of it once. */
export function findingValue(problem: { readonly index: number; readonly kind: string } | null): string {
  return problem === null ? WHOLE : `${problem.kind}:${problem.index}`;
}

/** Center writes down that its own audit log is not what was sealed, or is again; whoever is told of events hears of the first. */
export const reportTampering = defineCommand({
  name: "audit.report-tampering",
  permission: "system",
  input: z.strictObject({
    problem: z.strictObject({ index: z.number().int(), kind: z.string().max(32), detail: z.string().max(1_000) }).nullable(),
  }),

  async apply(tx, { problem }, { now }) {
    const [before] = await tx.select().from(installation).where(eq(installation.key, TAMPERED_KEY)).for("update");
    const set = { value: findingValue(problem), updatedAt: now };
    await tx
      .insert(installation)
      .values({ key: TAMPERED_KEY, ...set })
      .onConflictDoUpdate({ target: installation.key, set });
    return {
      subject: "audit:log",
      tenantId: null,
      before: before?.value ?? null,
      after: { first_bad_index: problem?.index ?? null, kind: problem?.kind ?? WHOLE },
      reason: problem?.detail ?? "A later check found the log as it was sealed",
      events: problem ? [{ name: "audit.tampered", payload: { firstBadIndex: problem.index, kind: problem.kind } }] : [],
      result: { first_bad_index: problem?.index ?? null },
    };
  },
});
