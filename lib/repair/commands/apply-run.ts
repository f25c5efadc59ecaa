import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { digestSchema, reasonSchema } from "../types";
import { isPermittedHeal } from "./is-permitted-heal";
import { briefOf, lockRun, tellRun, updateRun } from "./lock-run";
import { requireApplicable, startApplying } from "./start-applying";

/**
 * Applies exactly what a dry-run showed, named by its digest. Where money, rights or many rows are concerned this only asks: a second person
 * agrees (repair.approve), and Center by itself does none of those but what policy permits a heal action (level 2).
 */
export const applyRun = defineCommand({
  name: "repair.apply",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid(), digest: digestSchema, reason: reasonSchema }),

  async apply(tx, { runId, digest, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Repairs");
    const run = await lockRun(tx, runId);
    requireApplicable(run, digest, now);
    const isHeal = actor.kind !== "person" && (await isPermittedHeal(tx, run));
    if (run.needsTwo && actor.kind !== "person" && !isHeal) {
      refuse("forbidden", "Two people apply this: Center only shows it", { code: "ERR_SECOND_PERSON" });
    }
    const isAsked = run.needsTwo && !isHeal;
    if (isAsked && run.askedBy !== null)
      refuse("conflict", "This was asked for already: a second person agrees", { code: "ERR_SECOND_PERSON" });
    const after = isAsked
      ? await updateRun(tx, run, { askedBy: actor.id, askedReason: reason }, now)
      : await startApplying(tx, run, reason, context);
    if (isAsked) await tellRun(tx, after, { kind: "asked", summary: reason, data: { digest } }, context);
    const waiting = isAsked ? { request_id: run.id, awaiting: "second_person" } : {};
    return {
      subject: `repair:${runId}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: { ...briefOf(after), asked_by: after.askedBy },
      reason,
      events: [{ name: isAsked ? "repair.asked" : "repair.applying", payload: { repairId: runId, job: run.job } }],
      result: { ...briefOf(after), ...waiting },
    };
  },
});
