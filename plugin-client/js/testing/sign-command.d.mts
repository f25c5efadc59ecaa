import type { KeyObject } from "node:crypto";
import type { Envelope } from "../types.d.mts";

export interface Signer {
  privateKey: KeyObject;
  keyid: string;
  public_key: string;
}
export interface CommandPayload {
  id: string;
  type: string;
  plugin_id: string;
  plan: string | null;
  plan_digest: string | null;
  [field: string]: unknown;
}
/** A fresh Ed25519 key with the form it has in a trust document. */
export function makeSigner(): Signer;
/** A DSSE envelope over a JSON payload; a command unless another type is given. */
export function signEnvelope(signer: Signer, payload: unknown, payloadType?: string): Envelope;
/** An approver's signature over a plan. */
export function signApproval(signer: Signer, approval: { plan_digest: string; approver: string; expires_at: string }): Envelope;
/** A command's payload with its plan, complete and valid for an hour unless told otherwise. */
export function makeCommand(
  changes: { type: string; plugin_id: string; [field: string]: unknown },
  planChanges?: Record<string, unknown>,
  now?: number,
): CommandPayload;
/** A trust document under the signatures of some approvers. */
export function signTrust(signers: readonly Signer[], document: unknown): Envelope;
