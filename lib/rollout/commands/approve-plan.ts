import { and, eq, gt, isNull, lte, or } from "drizzle-orm";
import { z } from "zod";
import { approverKeys } from "@/db/schema/approver-keys";
import { planApprovals, plans, pluginReleases } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { opsPolicy, policyLoosenings } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { activeKeysOf, trustInForce } from "@/lib/access/people/keys/approver-keys";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import type { Actor } from "@/lib/access/types";
import { addressOf, mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { envelopeSchema } from "@/lib/delivery/dsse";
import { buildPlan } from "@/lib/delivery/plan";
import { needsOwnSignatures, readApproval } from "@/lib/delivery/quorum/approval";
import type { Envelope } from "@/lib/delivery/types";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { CommandContext } from "@/lib/gateway/types";
import { moveIncident } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { beginAttempt } from "./begin-attempt";

type PlanRow = typeof plans.$inferSelect;
type IncidentRow = typeof pluginIncidents.$inferSelect;

/** From here on a plan needs a quorum, and each of its signatures a second factor (protocol.md, Policy). */
const QUORUM = 2;

/**
 * Whoever made the policy looser within the last day agrees to nothing that stands under it: else one person could first ask fewer
 * people, or let more happen, and then be the only one asked.
 *
 * @throws Refusal forbidden
 */
async function requireNotLoosener(tx: WriterTx, plan: PlanRow, approver: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - LIMITS.looseningMemorySeconds * 1_000);
  const theirs = and(gt(policyLoosenings.at, since), lte(policyLoosenings.version, plan.document.policy_version));
  const rows = await tx.select({ people: policyLoosenings.people }).from(policyLoosenings).where(theirs);
  if (rows.some(({ people }) => people.some((person) => mayBeSamePerson(person, approver))))
    refuse("forbidden", "You made the policy looser that this stands under: somebody else has to approve it", {
      code: "ERR_SECOND_PERSON",
    });
}

/** Whoever wanted a change, or made it, is no second pair of eyes. @throws Refusal forbidden */
async function requireOtherEyes(tx: WriterTx, plan: PlanRow, actor: Actor): Promise<string> {
  const approver = addressOf(actor.email ?? "");
  if (actor.kind !== "person" || approver === null) refuse("forbidden", "An approval needs a person with an e-mail address");
  requireVouchedFor(actor);
  const { plugin_key, to_version } = plan.document;
  const [release] = await tx
    .select({ author: pluginReleases.author })
    .from(pluginReleases)
    .where(and(eq(pluginReleases.pluginKey, plugin_key), eq(pluginReleases.version, to_version ?? "")));
  if (addressOf(plan.requestedBy) !== null && mayBeSamePerson(plan.requestedBy, approver))
    refuse("forbidden", "You asked for this yourself: somebody else has to approve it", { code: "ERR_SECOND_PERSON" });
  if (release && addressOf(release.author) !== null && mayBeSamePerson(release.author, approver))
    refuse("forbidden", "You made this release: somebody else has to approve it", { code: "ERR_SECOND_PERSON" });
  return approver;
}

/** The plan as it stands today. @throws Refusal conflict when it is not the one that was looked at, expired, or made under another policy */
async function requireToday(tx: WriterTx, incident: IncidentRow, digest: string, now: Date): Promise<PlanRow> {
  const [plan] = await tx
    .select()
    .from(plans)
    .where(and(eq(plans.tenantId, incident.tenantId), eq(plans.digest, digest)))
    .for("update");
  if (!plan || plan.incidentId !== incident.id || incident.planDigest !== digest)
    refuse("conflict", "This is not today's plan; look again");
  if (plan.status !== "awaiting" || incident.status !== "awaiting_approval") refuse("conflict", "This plan does not wait for approval");
  if (plan.expiresAt <= now) refuse("conflict", "This plan has expired; a new one has to be made");
  const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  if (policy?.version !== plan.document.policy_version)
    refuse("conflict", "The policy changed since this plan was made: its approvals are void");
  return plan;
}

/**
 * The approver's own signature over the plan, where there is one. Agents want it for what they install under signatures alone; while no
 * trust document is in force nobody could give it, and then nothing will be sent.
 *
 * @throws Refusal forbidden with ERR_SIGNATURE_NEEDED or ERR_SIGNATURE_WRONG
 */
async function readSignature(tx: WriterTx, plan: PlanRow, approver: string, envelope: Envelope | undefined, now: Date) {
  if (!envelope) {
    if (needsOwnSignatures(plan.document) && (await trustInForce(tx)))
      refuse("forbidden", "Agents install this only under signatures of approvers' own keys: sign the plan with yours", {
        code: "ERR_SIGNATURE_NEEDED",
      });
    return { envelope: null, keyid: null };
  }
  const subject = { planDigest: plan.digest, approver, planExpiresAt: plan.expiresAt, now };
  const read = readApproval(envelope, await activeKeysOf(tx, approver), subject);
  if ("problem" in read) refuse("forbidden", `The signature does not count: ${read.problem}`, { code: "ERR_SIGNATURE_WRONG" });
  return { envelope, keyid: read.keyid };
}

/** Counts a yes. @throws Refusal forbidden for one person's second one, whatever session, token or key it comes by */
async function addApproval(tx: WriterTx, plan: PlanRow, yes: Omit<typeof planApprovals.$inferInsert, "tenantId" | "planDigest">) {
  const { tenantId, digest: planDigest } = plan;
  const counted = await tx
    .insert(planApprovals)
    .values({ tenantId, planDigest, ...yes })
    .onConflictDoNothing()
    .returning();
  if (counted.length === 0)
    refuse("forbidden", "You approved this already: somebody else has to agree, too", { code: "ERR_SECOND_PERSON" });
  const given = await tx
    .select({ approver: planApprovals.approver })
    .from(planApprovals)
    .leftJoin(approverKeys, eq(approverKeys.keyid, planApprovals.keyid))
    .where(
      and(
        eq(planApprovals.tenantId, tenantId),
        eq(planApprovals.planDigest, planDigest),
        // What a key signed that was revoked since counts no more; the plan is decided anew in a moment.
        or(isNull(planApprovals.keyid), eq(approverKeys.status, "active")),
      ),
    );
  return { required: plan.requiredSignatures, given: given.length };
}

/** Everybody who was needed has agreed: exactly this plan begins, if no switch holds it at this moment. */
async function execute(tx: WriterTx, incident: IncidentRow, plan: PlanRow, context: CommandContext) {
  const { tenantId, id: incidentId, pluginId, decisionId } = incident;
  await requireSwitchesOpen(tx, { tenantId, pluginId, isAutomatic: false });
  const status = moveIncident(incident.status, "approval_given");
  const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
  await tx.update(pluginIncidents).set({ status, updatedAt: context.now }).where(key);
  await tx
    .update(plans)
    .set({ status: "executed" })
    .where(and(eq(plans.tenantId, tenantId), eq(plans.digest, plan.digest)));
  const work = {
    tenantId,
    incidentId,
    pluginId,
    decisionId,
    plan: buildPlan(plan.document),
    requestedBy: plan.requestedBy,
    isAutomatic: false,
  };
  const { wake } = await beginAttempt(tx, work, context);
  return { status, wakes: [wake] };
}

/** A person agrees to exactly one plan, by its digest. With the last agreement that was needed, it begins. */
export const approvePlan = defineCommand({
  name: "plan.approve",
  permission: "plan:approve",
  input: z.strictObject({
    incidentId: z.uuid(),
    planDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
    /** The approver's own signature over the plan's digest (protocol.md, Trust and commands). */
    envelope: envelopeSchema.optional(),
  }),

  async apply(tx, { incidentId, planDigest, reason, envelope }, context) {
    const [incident] = await tx.select().from(pluginIncidents).where(eq(pluginIncidents.id, incidentId)).for("update");
    if (!incident) refuse("not-found", `No incident ${incidentId}`);
    const plan = await requireToday(tx, incident, planDigest, context.now);
    const approver = await requireOtherEyes(tx, plan, context.actor);
    await requireNotLoosener(tx, plan, approver, context.now);
    const signature = await readSignature(tx, plan, approver, envelope, context.now);
    const stepUp = plan.requiredSignatures >= QUORUM ? await requireStepUp(tx, context.actor, planDigest, context.now) : null;
    const approvals = await addApproval(tx, plan, { approver, reason, ...signature, at: context.now });
    const isEnough = approvals.given >= approvals.required;
    const { status, wakes } = isEnough ? await execute(tx, incident, plan, context) : { status: incident.status, wakes: [] };
    const summary = `${approver} approved (${approvals.given} of ${approvals.required}): ${reason}`;
    return {
      subject: `incident:${incidentId}`,
      tenantId: incident.tenantId,
      before: { status: incident.status },
      after: { status, approvals, approver, plan_digest: planDigest, keyid: signature.keyid, step_up: stepUp },
      reason,
      events: [{ name: "incident.updated", payload: { incidentId, pluginId: incident.pluginId } }],
      timeline: [{ incidentId, kind: "approved", summary, data: { plan_digest: planDigest } }],
      wakes,
      result: { approvals, status },
    };
  },
});
