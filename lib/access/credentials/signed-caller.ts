import { refuse } from "@/lib/kernel/refusal";
import { couldBeSigned, isStale, verifySignature } from "./standard-webhooks";

/** The four headers by which a machine signs a body: its own id, and those of Standard Webhooks. */
export interface SignedHeaders {
  readonly callerId: string | null;
  readonly webhookId: string | null;
  readonly webhookTimestamp: string | null;
  readonly webhookSignature: string | null;
}

/** Secrets by which a caller may sign now, and those that it signed by before. */
export interface SigningSecrets {
  readonly secrets: readonly string[];
  readonly endedSecrets?: readonly string[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** One answer, whatever the reason: only who looks after the caller learns of that, and elsewhere. */
function refuseUnknown(who: string, why: string): never {
  return refuse("unauthenticated", `Unknown ${who} or signature`, { why });
}

type Message = Pick<Parameters<typeof verifySignature>[0], "id" | "timestamp" | "signatureHeader" | "now">;

/** @throws Refusal unauthenticated for headers that nobody's signature could stand in */
function signable(who: string, headers: SignedHeaders, now: Date): { readonly callerId: string; readonly message: Message } {
  const { callerId, webhookId, webhookTimestamp: timestamp, webhookSignature: signatureHeader } = headers;
  const message = { id: webhookId, timestamp, signatureHeader, now };
  if (!callerId || !webhookId || !UUID.test(callerId) || !couldBeSigned(message))
    return refuseUnknown(who, isStale(message) ? "stale" : "headers");
  return { callerId, message };
}

/**
 * Whether a signed message could be anybody's, asked before its body is read: a large body of nobody's costs neither time nor memory.
 *
 * @throws Refusal unauthenticated, in the words of `verifyCaller`
 */
export async function requireKnownCaller(
  who: string,
  headers: SignedHeaders,
  now: Date,
  find: (callerId: string) => Promise<unknown>,
): Promise<void> {
  const { callerId } = signable(who, headers, now);
  if (!(await find(callerId))) refuseUnknown(who, "unknown");
}

/**
 * Proves that a caller signed some bytes, before anything of their meaning is read. What could be nobody's costs no look-up.
 *
 * @param who   what the refusal calls it
 * @param find  the caller's secrets, by its id
 * @throws Refusal unauthenticated, without saying which part was wrong
 */
export async function verifyCaller<Known extends SigningSecrets>(
  who: string,
  headers: SignedHeaders,
  body: Uint8Array,
  now: Date,
  find: (callerId: string) => Promise<Known | null>,
): Promise<{ readonly known: Known; readonly webhookId: string }> {
  const { callerId, message } = signable(who, headers, now);
  const known = await find(callerId);
  if (!known) return refuseUnknown(who, "unknown");
  if (verifySignature({ ...message, secrets: known.secrets, body }) !== "ok") {
    const isOfBefore = verifySignature({ ...message, secrets: known.endedSecrets ?? [], body }) === "ok";
    return refuseUnknown(who, isOfBefore ? "secret_ended" : "signature");
  }
  return { known, webhookId: message.id ?? "" };
}
