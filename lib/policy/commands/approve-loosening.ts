import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { looseningApprovals, looseningRequests, stepUps } from "@/db/schema/approvals";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import type { Actor } from "@/lib/access/types";
import { addressOf, mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { driftOf } from "@/lib/approvals/loosening";
import { defineCommand } from "@/lib/gateway/define-command";
import type { Change } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { executeLoosening, readWorld } from "./execute-loosening";
import { lockPolicy } from "./switch-place";

type RequestRow = typeof looseningRequests.$inferSelect;
type Answer = {
  request_id: string;
  digest: string;
  status: "executed" | "void";
  why: string | null;
  approvals: { required: 1; given: number };
};

/** Whoever asked is no second pair of eyes, whatever role, session or token they come with. @throws Refusal forbidden */
function requireSecondPerson(request: RequestRow, actor: Actor): string {
  const approver = addressOf(actor.email ?? "");
  if (actor.kind !== "person" || approver === null) refuse("forbidden", "An approval needs a person with an e-mail address");
  requireVouchedFor(actor);
  if (mayBeSamePerson(request.requestedBy, approver)) {
    refuse("forbidden", "You asked for this yourself: a second person has to agree", { code: "ERR_SECOND_PERSON" });
  }
  return approver;
}

/** A request made in a browser counts once its person entered a code for it. @throws Refusal conflict */
async function requireProvenRequest(tx: WriterTx, request: RequestRow): Promise<void> {
  if (request.requesterProof !== null) return;
  const [proof] = await tx
    .select({ id: stepUps.id })
    .from(stepUps)
    .innerJoin(people, eq(people.id, stepUps.personId))
    .where(and(eq(people.email, addressOf(request.requestedBy) ?? ""), eq(stepUps.digest, request.digest)))
    .limit(1);
  if (!proof) refuse("conflict", "Whoever asked has not confirmed it by a code yet", { code: "ERR_STEP_UP" });
}

/**
 * A second person agrees to exactly one request by its digest, and shows a second factor for it: in the same transaction, under
 * the policy's lock, everything it depends on is read again, and it is done once. Whatever drifted makes it void for good.
 */
export const approveLoosening = defineCommand({
  name: "loosening.approve",
  permission: "switch:looser",
  input: z.strictObject({
    requestId: z.uuid(),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { requestId, digest, reason }, context): Promise<Change<Answer>> {
    const { actor, now } = context;
    const policy = await lockPolicy(tx);
    const [request] = await tx.select().from(looseningRequests).where(eq(looseningRequests.id, requestId)).for("update");
    if (!request) refuse("not-found", `No request ${requestId}`);
    if (request.tenantId === PLATFORM_TENANT) requireAllTenants(actor, "What holds for everybody");
    const approver = requireSecondPerson(request, actor);
    if (request.digest !== digest) refuse("conflict", "This is not the digest of the request; look again", { code: "ERR_VOID" });
    if (request.status !== "awaiting") refuse("conflict", `This request is ${request.status} already`);

    const drift = driftOf(request, await readWorld(tx, request, policy, now));
    const tenantId = request.tenantId === PLATFORM_TENANT ? null : request.tenantId;
    const common = { subject: `loosening:${requestId}`, tenantId, before: { status: request.status, document: request.document }, reason };
    const settle = (status: "executed" | "void", why: string | null) =>
      tx
        .update(looseningRequests)
        .set({ status, settledAt: now, settledBy: actor.id, settledReason: why ?? reason })
        .where(and(eq(looseningRequests.tenantId, request.tenantId), eq(looseningRequests.id, requestId)));
    const answer = (status: "executed" | "void", why: string | null): Answer => ({
      request_id: requestId,
      digest,
      status,
      why,
      approvals: { required: 1, given: status === "executed" ? 1 : 0 },
    });
    if (drift) {
      await settle("void", drift);
      return {
        ...common,
        after: { status: "void", why: drift },
        events: [{ name: "switch.asked", payload: { requestId } }],
        result: answer("void", drift),
      };
    }
    await requireProvenRequest(tx, request);
    const stepUp = await requireStepUp(tx, actor, digest, now);
    await tx.insert(looseningApprovals).values({ tenantId: request.tenantId, requestId, approver, reason, stepUp, at: now });
    const events = await executeLoosening(tx, request, policy, reason, context);
    await settle("executed", null);
    return { ...common, after: { status: "executed", approver, digest, step_up: stepUp }, events, result: answer("executed", null) };
  },
});
