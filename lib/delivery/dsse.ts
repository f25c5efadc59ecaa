import { type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import type { Envelope } from "@/lib/delivery/types";
import { LIMITS } from "@/lib/platform/limits";

export const COMMAND_PAYLOAD_TYPE = "application/vnd.reliability.command+json";
export const APPROVAL_PAYLOAD_TYPE = "application/vnd.reliability.approval+json";

const base64 = (bytes: number) => z.base64().max(Math.ceil(bytes / 3) * 4);

/** An envelope as it may come from outside. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().min(1).max(128),
  payload: base64(LIMITS.envelopePayloadBytes),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: base64(64) }))
    .min(1)
    .max(LIMITS.signaturesPerEnvelope),
});

export interface SigningKey {
  /** Hex SHA-256 of the SPKI DER. */
  readonly keyid: string;
  readonly privateKey: KeyObject;
}

export interface VerifyingKey {
  readonly keyid: string;
  readonly publicKey: KeyObject;
}

/**
 * The bytes that are really signed: type and length stand before the payload, so that nothing can be read as another type.
 * Source: DSSE v1.0, Pre-Authentication Encoding; lengths count bytes.
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, "utf8"), payload]);
}

/** Signs a payload by one or more Ed25519 keys. */
export function signEnvelope(payloadType: string, payload: Uint8Array, ...keys: readonly SigningKey[]): Envelope {
  if (keys.length === 0) throw new RangeError("an envelope needs a key to be signed with");
  const bytes = preAuthenticationEncoding(payloadType, payload);
  return {
    payloadType,
    payload: Buffer.from(payload).toString("base64"),
    signatures: keys.map(({ keyid, privateKey }) => ({ keyid, sig: sign(null, bytes, privateKey).toString("base64") })),
  };
}

/**
 * Checks an envelope against keys that are already trusted.
 *
 * @returns the payload and the distinct keys that signed it, which the caller holds against its threshold; null when the
 *          type is another one or no trusted key signed. A key that signs twice counts once.
 */
export function verifyEnvelope(
  envelope: Envelope,
  payloadType: string,
  keys: readonly VerifyingKey[],
): { readonly payload: Buffer; readonly keyids: readonly string[] } | null {
  if (envelope.payloadType !== payloadType || envelope.signatures.length > LIMITS.signaturesPerEnvelope) return null;
  const payload = Buffer.from(envelope.payload, "base64");
  if (payload.toString("base64") !== envelope.payload) return null;
  const bytes = preAuthenticationEncoding(payloadType, payload);
  const keyids = new Set<string>();
  for (const { keyid, sig } of envelope.signatures) {
    const key = keys.find((candidate) => candidate.keyid === keyid);
    if (key?.publicKey.asymmetricKeyType !== "ed25519" || keyids.has(keyid)) continue;
    if (verify(null, bytes, key.publicKey, Buffer.from(sig, "base64"))) keyids.add(keyid);
  }
  return keyids.size === 0 ? null : { payload, keyids: [...keyids] };
}
