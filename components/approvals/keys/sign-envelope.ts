import type { Envelope } from "@/lib/delivery/types";
import { type Bytes, fromText, toBase64 } from "./bytes";
import { type KeyFile, openKey } from "./key-file";

const TYPES = {
  approval: "application/vnd.reliability.approval+json",
  enrolment: "application/vnd.reliability.enrolment+json",
  trust: "application/vnd.reliability.trust+json",
} as const;

/** The bytes that are really signed. Source: DSSE v1.0, Pre-Authentication Encoding. */
function preAuthenticationEncoding(type: string, payload: Bytes): Bytes {
  const head = fromText(`DSSEv1 ${fromText(type).length} ${type} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

async function sign(what: keyof typeof TYPES, payload: Bytes, file: KeyFile, passphrase: string): Promise<Envelope> {
  const key = await openKey(file, passphrase);
  const sig = await crypto.subtle.sign("Ed25519", key, preAuthenticationEncoding(TYPES[what], payload));
  return { payloadType: TYPES[what], payload: toBase64(payload), signatures: [{ keyid: file.keyid, sig: toBase64(sig) }] };
}

/** A yes to one plan. */
export function signApproval(planDigest: string, expiresAt: string, file: KeyFile, passphrase: string): Promise<Envelope> {
  const approval = { approver: file.approver, expires_at: expiresAt, plan_digest: planDigest };
  return sign("approval", fromText(JSON.stringify(approval)), file, passphrase);
}

/** A yes to exactly these bytes of a trust document. */
export function signTrust(bytes: Bytes, file: KeyFile, passphrase: string): Promise<Envelope> {
  return sign("trust", bytes, file, passphrase);
}

/** The statement by which a key is brought to Center. */
export function signEnrolment(file: KeyFile, passphrase: string, now: Date): Promise<Envelope> {
  const statement = { approver: file.approver, issued_at: now.toISOString(), made_in: "browser", public_key: file.public_key };
  return sign("enrolment", fromText(JSON.stringify(statement)), file, passphrase);
}
