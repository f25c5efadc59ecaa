import { z } from "zod";
import { readPublicKey } from "@/lib/delivery/signing-key";
import { canonicalJson, sha256Hex } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";

export const TRUST_PAYLOAD_TYPE = "application/vnd.reliability.trust+json";

const keySchema = z.strictObject({
  keyid: z.string().regex(/^[0-9a-f]{64}$/),
  public_key: z.base64().max(128),
  approver: z.string().min(3).max(320),
});

/** Whose signatures agents count, and how many distinct people it takes. */
export const trustSchema = z.strictObject({
  version: z.number().int().min(1),
  approver_keys: z.array(keySchema).min(1).max(LIMITS.trustKeys),
  threshold: z.number().int().min(1).max(LIMITS.quorumEnvelopes),
});
export type ApproverTrust = z.infer<typeof trustSchema>;

/** A trust document with the exact bytes that approvers sign. */
export interface BuiltTrust {
  readonly document: ApproverTrust;
  readonly bytes: Buffer;
  /** `sha256:<hex>` of the bytes. */
  readonly digest: string;
}

/**
 * Builds a trust document that every agent would take. Keys are ordered, so that the same trust has the same digest.
 * @throws RangeError when fewer people than the threshold hold keys, or a key is not its own digest or listed twice
 */
export function buildTrust(input: ApproverTrust): BuiltTrust {
  const approver_keys = input.approver_keys.toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1));
  const document = trustSchema.parse({ ...input, approver_keys });
  if (new Set(approver_keys.map(({ keyid }) => keyid)).size < approver_keys.length) throw new RangeError("a key is listed twice");
  for (const { keyid, public_key } of approver_keys)
    if (readPublicKey(public_key).keyid !== keyid) throw new RangeError(`key ${keyid} is not its own digest`);
  const people = new Set(approver_keys.map(({ approver }) => approver));
  if (people.size < input.threshold) throw new RangeError(`${input.threshold} signatures of ${people.size} people can never be`);
  const bytes = Buffer.from(canonicalJson(document), "utf8");
  return { document, bytes, digest: `sha256:${sha256Hex(bytes)}` };
}
