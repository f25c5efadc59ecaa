import { and, eq, sql } from "drizzle-orm";
import { looseningRequests } from "@/db/schema/approvals";
import type { WriterTx } from "@/db/writer";
import { isFreshToken } from "@/lib/access/step-up/fresh-token";
import type { Actor } from "@/lib/access/types";
import { addressOf } from "@/lib/approvals/four-eyes";
import { bindLoosening } from "@/lib/approvals/loosening";
import type { Loosening } from "@/lib/approvals/types";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";

/** What a request is answered with: nothing has changed, and somebody else has to agree to exactly this digest. */
export interface AskedLoosening {
  readonly request_id: string;
  readonly digest: string;
  readonly approvals: { readonly required: number; readonly given: number };
  readonly expires_at: string;
}

type WithoutBounds<Document> = Document extends Loosening ? Omit<Document, "nonce" | "expires_at"> : never;

/** A token speaks for itself and shows what it proved; whoever came by a browser's session still enters a code. */
function proofOf(actor: Actor, now: Date): "token" | "unproven" | null {
  if (!actor.proof) return null;
  return isFreshToken(actor, now) ? "token" : "unproven";
}

/**
 * Writes down that somebody wants to go away from safety, bound to exactly what it would do.
 *
 * @param tenantId  where the request lies: the platform for what is global
 * @throws Refusal forbidden for what is no person with an e-mail address: nobody could tell the second person from it
 */
export async function askLoosening(
  tx: WriterTx,
  asked: { readonly tenantId: string; readonly reason: string; readonly document: WithoutBounds<Loosening> },
  { actor, now, newId }: CommandContext,
): Promise<AskedLoosening> {
  if (actor.kind !== "person" || addressOf(actor.id) === null) {
    refuse("forbidden", "Away from safety two people go: the first has to be a person with an e-mail address", {
      code: "ERR_SECOND_PERSON",
    });
  }
  const expiresAt = new Date(now.getTime() + LIMITS.looseningLifeSeconds * 1_000);
  const { document, digest } = bindLoosening({ ...asked.document, nonce: newToken(18), expires_at: expiresAt.toISOString() } as Loosening);
  const id = newId();
  await tx.insert(looseningRequests).values({
    tenantId: asked.tenantId,
    id,
    digest,
    document,
    reason: asked.reason,
    requestedBy: actor.id,
    requesterProof: proofOf(actor, now),
    status: "awaiting",
    createdAt: now,
    expiresAt,
  });
  return { request_id: id, digest, approvals: { required: 1, given: 0 }, expires_at: expiresAt.toISOString() };
}

/** Requests about a switch that is thrown (again) are void: whoever throws it knows something that those who asked did not. */
export async function voidLoosenings(
  tx: WriterTx,
  thrown: { readonly tenantId: string; readonly name: string; readonly scope: string; readonly targetId: string | null },
  { actor, now }: CommandContext,
): Promise<number> {
  const { document } = looseningRequests;
  const isGlobalKill = thrown.name === "kill_switch" && thrown.scope === "global";
  const isAbout = sql`(${document} ->> 'do' = 'switch_off' and ${document} ->> 'switch' = ${thrown.name} and ${document} ->> 'scope' = ${thrown.scope}
    and ${document} ->> 'target_id' is not distinct from ${thrown.targetId}::text) or (${isGlobalKill} and ${document} ->> 'do' = 'policy_change')`;
  const rows = await tx
    .update(looseningRequests)
    .set({ status: "void", settledAt: now, settledBy: actor.id, settledReason: "the switch was thrown again" })
    .where(and(eq(looseningRequests.tenantId, thrown.tenantId), eq(looseningRequests.status, "awaiting"), sql`(${isAbout})`))
    .returning({ id: looseningRequests.id });
  return rows.length;
}
