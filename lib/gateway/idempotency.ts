import { and, eq } from "drizzle-orm";
import { idempotencyKeys } from "@/db/schema/spine";
import type { WriterTx } from "@/db/writer";
import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";

export interface IdempotentCall {
  readonly actor: string;
  readonly key: string;
  readonly command: string;
  readonly input: unknown;
  readonly now: Date;
}

export type Claim = { readonly repeated: false } | { readonly repeated: true; readonly answer: Json };

/**
 * Claims an idempotency key within the transaction. Two racers on one key wait for each other at the row; the second is
 * given the first's answer.
 *
 * @throws Refusal invalid, when the key came before with another body or for another command
 */
export async function claimKey(tx: WriterTx, call: IdempotentCall): Promise<Claim> {
  const requestDigest = digestOf({ command: call.command, input: call.input as Json });
  const inserted = await tx
    .insert(idempotencyKeys)
    .values({ actor: call.actor, key: call.key, command: call.command, requestDigest, createdAt: call.now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (inserted.length === 1) return { repeated: false };
  const [known] = await tx
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.actor, call.actor), eq(idempotencyKeys.key, call.key)));
  if (known?.requestDigest !== requestDigest) {
    refuse("invalid", "This idempotency key came before with another body", { code: "ERR_IDEMPOTENCY_REUSED" });
  }
  return { repeated: true, answer: known.answer as Json };
}

/** Keeps the answer, so that the same call again is answered alike. */
export async function keepAnswer(tx: WriterTx, call: IdempotentCall, answer: Json): Promise<void> {
  await tx
    .update(idempotencyKeys)
    .set({ answer })
    .where(and(eq(idempotencyKeys.actor, call.actor), eq(idempotencyKeys.key, call.key)));
}
