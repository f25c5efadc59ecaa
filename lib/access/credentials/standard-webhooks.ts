import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { LIMITS } from "@/lib/platform/limits";

const PREFIX = "whsec_";
const ID_SHAPE = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const TIMESTAMP_SHAPE = /^\d{1,12}$/;

/** A new secret for signed messages: 32 bytes from the CSPRNG. */
export function makeWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString("base64")}`;
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "", "base64");
  if (key.length < 16) throw new RangeError("a webhook secret is whsec_ and base64 of at least 16 bytes");
  return key;
}

function macOf(secret: string, id: string, timestamp: string, body: string | Uint8Array): Buffer {
  return createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest();
}

/**
 * Signs a message.
 *
 * @param timestamp  seconds since 1970
 * @returns the value of `webhook-signature`: `v1,<base64>`
 * @throws RangeError for a secret that is not one
 * Source: Standard Webhooks specification, symmetric signatures.
 */
export function sign(secret: string, id: string, timestamp: number, body: string | Uint8Array): string {
  return `v1,${macOf(secret, id, String(timestamp), body).toString("base64")}`;
}

export interface SignedMessage {
  /** All secrets in force, several while one rotates. */
  readonly secrets: readonly string[];
  readonly id: string | null;
  readonly timestamp: string | null;
  /** One or more signatures, separated by spaces; versions other than v1 are passed over. */
  readonly signatureHeader: string | null;
  /** The raw bytes as received. */
  readonly body: Uint8Array;
  readonly now: Date;
}

function offeredMacs(signatureHeader: string): Buffer[] {
  const offered = signatureHeader.split(" ", LIMITS.signaturesPerMessage).filter((part) => part.startsWith("v1,"));
  return offered.map((part) => Buffer.from(part.slice(3), "base64")).filter((mac) => mac.length === 32);
}

function ageSeconds(timestamp: string, now: Date): number {
  return Math.abs(now.getTime() / 1_000 - Number(timestamp));
}

/** Whether a message would be of now but for its timestamp, which is well-formed and too far from now. */
export function isStale({ timestamp, now }: Pick<SignedMessage, "timestamp" | "now">): boolean {
  return timestamp !== null && TIMESTAMP_SHAPE.test(timestamp) && ageSeconds(timestamp, now) > LIMITS.signatureWindowSeconds;
}

/** Whether a message could be anybody's at all: well-formed headers, of now. Costs nothing, so it is asked before whose it might be. */
export function couldBeSigned(message: Pick<SignedMessage, "id" | "timestamp" | "signatureHeader" | "now">): boolean {
  const { id, timestamp, signatureHeader, now } = message;
  if (id === null || timestamp === null || signatureHeader === null) return false;
  if (!ID_SHAPE.test(id) || !TIMESTAMP_SHAPE.test(timestamp) || signatureHeader.length > LIMITS.signatureHeaderCharacters) return false;
  return offeredMacs(signatureHeader).length > 0 && ageSeconds(timestamp, now) <= LIMITS.signatureWindowSeconds;
}

/**
 * Checks who sent a message and how old it is, before anyone reads its body.
 *
 * @returns "bad" when no signature fits any secret, "stale" when one fits but the timestamp is more than 300 s away from
 *          now in either direction, else "ok". All pairs are compared, each in constant time.
 */
export function verifySignature(message: SignedMessage): "ok" | "stale" | "bad" {
  const { id, timestamp, signatureHeader } = message;
  if (id === null || timestamp === null || signatureHeader === null) return "bad";
  // A full stop within the id could move the border between id, timestamp and body.
  if (!ID_SHAPE.test(id) || !TIMESTAMP_SHAPE.test(timestamp)) return "bad";
  const offered = offeredMacs(signatureHeader);
  let isSigned = false;
  for (const secret of message.secrets) {
    const expected = macOf(secret, id, timestamp, message.body);
    for (const mac of offered) isSigned = timingSafeEqual(mac, expected) || isSigned;
  }
  if (!isSigned) return "bad";
  return ageSeconds(timestamp, message.now) <= LIMITS.signatureWindowSeconds ? "ok" : "stale";
}
