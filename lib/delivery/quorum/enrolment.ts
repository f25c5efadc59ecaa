import { z } from "zod";
import { verifyEnvelope } from "@/lib/delivery/dsse";
import { readPublicKey } from "@/lib/delivery/signing-key";
import type { Envelope } from "@/lib/delivery/types";
import { LIMITS } from "@/lib/platform/limits";

export const ENROLMENT_PAYLOAD_TYPE = "application/vnd.reliability.enrolment+json";

/** By what a holder shows that a key is theirs: signed by that very key. */
const enrolmentSchema = z.strictObject({
  approver: z.string().min(3).max(320),
  public_key: z.base64().max(128),
  made_in: z.enum(["browser", "command_line"]),
  issued_at: z.iso.datetime(),
});

/** A key whose holder has shown that they hold it. */
export interface ProvenKey {
  readonly keyid: string;
  readonly publicKey: string;
  readonly madeIn: "browser" | "command_line";
}

function statementIn(payload: string): z.infer<typeof enrolmentSchema> | null {
  try {
    return enrolmentSchema.parse(JSON.parse(Buffer.from(payload, "base64").toString("utf8")));
  } catch {
    return null; // said by the caller as "not a statement"
  }
}

/**
 * Reads the statement by which somebody brings a key: it names them and the key, is minutes old, and is signed by that key alone.
 * @returns the key, or why the statement proves nothing
 */
export function readEnrolment(envelope: Envelope, approver: string, now: Date): ProvenKey | { problem: string } {
  const statement = statementIn(envelope.payload);
  if (!statement) return { problem: "this is no statement about a key" };
  if (statement.approver !== approver) return { problem: `the statement names ${statement.approver}, and you are ${approver}` };
  const ageMs = now.getTime() - Date.parse(statement.issued_at);
  const isFresh = ageMs <= LIMITS.enrolmentLifeSeconds * 1_000 && ageMs >= -LIMITS.jwtSkewSeconds * 1_000;
  if (!isFresh) return { problem: "the statement is not of this moment: make it anew" };
  try {
    const key = readPublicKey(statement.public_key);
    if (envelope.signatures.length !== 1 || !verifyEnvelope(envelope, ENROLMENT_PAYLOAD_TYPE, [key]))
      return { problem: "the key did not sign this statement" };
    return { keyid: key.keyid, publicKey: statement.public_key, madeIn: statement.made_in };
  } catch {
    return { problem: "this is no Ed25519 key" };
  }
}
