import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { digestSchema, reasonSchema } from "../types";
import { briefOf, lockRun, type RunRow } from "./lock-run";
import { requireApplicable, startApplying } from "./start-applying";
import { startRollingBack } from "./start-rolling-back";

/** What was asked for, and by whom: that it be applied, or that what was applied be taken back. @throws Refusal conflict */
function requireAsked(run: RunRow, digest: string, now: Date): { readonly isBack: boolean; readonly asker: string } {
  const isBack = run.status === "applied" && run.rolledBackBy !== null;
  if (!isBack) requireApplicable(run, digest, now);
  if (run.digest !== digest) refuse("conflict", "That is not the digest of what was done", { code: "ERR_REPAIR_DIGEST_MOVED" });
  return { isBack, asker: (isBack ? run.rolledBackBy : run.askedBy) ?? refuse("conflict", "Nobody asked for this yet") };
}

/** A second person, with a second factor shown for exactly this digest, agrees to what another one asked to be applied, or taken back. */
export const approveRun = defineCommand({
  name: "repair.approve",
  permission: "plan:approve",
  input: z.strictObject({ runId: z.uuid(), digest: digestSchema, reason: reasonSchema }),

  async apply(tx, { runId, digest, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Repairs");
    requireVouchedFor(actor);
    const run = await lockRun(tx, runId);
    const { isBack, asker } = requireAsked(run, digest, now);
    if (mayBeSamePerson(asker, actor.id)) {
      refuse("forbidden", "You asked for this yourself: a second person has to agree", { code: "ERR_SECOND_PERSON" });
    }
    const stepUp = await requireStepUp(tx, actor, digest, now);
    const after = isBack
      ? await startRollingBack(tx, run, { rollbackReason: run.rollbackReason }, context)
      : await startApplying(tx, run, reason, context);
    const name = isBack ? "repair.rolling_back" : "repair.applying";
    return {
      subject: `repair:${runId}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: { ...briefOf(after), asked_by: asker, step_up: stepUp },
      reason,
      events: [{ name, payload: { repairId: runId, job: run.job } }],
      result: briefOf(after),
    };
  },
});
