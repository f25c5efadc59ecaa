import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { digestSchema, reasonSchema } from "../types";
import { briefOf, lockRun } from "./lock-run";
import { requireApplicable, startApplying } from "./start-applying";

/** A second person, with a second factor shown for exactly this digest, agrees to what another one asked to be applied. */
export const approveRun = defineCommand({
  name: "repair.approve",
  permission: "plan:approve",
  input: z.strictObject({ runId: z.uuid(), digest: digestSchema, reason: reasonSchema }),

  async apply(tx, { runId, digest, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Repairs");
    requireVouchedFor(actor);
    const run = await lockRun(tx, runId);
    requireApplicable(run, digest, now);
    if (run.askedBy === null) refuse("conflict", "Nobody asked for this yet");
    if (mayBeSamePerson(run.askedBy, actor.id)) {
      refuse("forbidden", "You asked for this yourself: a second person has to agree", { code: "ERR_SECOND_PERSON" });
    }
    const stepUp = await requireStepUp(tx, actor, digest, now);
    const after = await startApplying(tx, run, reason, context);
    return {
      subject: `repair:${runId}`,
      tenantId: run.tenantId,
      before: briefOf(run),
      after: { ...briefOf(after), asked_by: run.askedBy, step_up: stepUp },
      reason,
      events: [{ name: "repair.applying", payload: { repairId: runId, job: run.job } }],
      result: briefOf(after),
    };
  },
});
