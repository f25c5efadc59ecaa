import { randomBytes, randomUUID } from "node:crypto";
import { createPerson } from "@/lib/access/commands/create-person";
import { enrolKey } from "@/lib/access/people/keys/commands/enrol-key";
import { proposeTrust } from "@/lib/access/people/keys/commands/propose-trust";
import { signTrust } from "@/lib/access/people/keys/commands/sign-trust";
import { vouchKey } from "@/lib/access/people/keys/commands/vouch-key";
import { systemActor } from "@/lib/access/system-actor";
import type { Actor, Role } from "@/lib/access/types";
import { APPROVAL_PAYLOAD_TYPE, signEnvelope } from "@/lib/delivery/dsse";
import { ENROLMENT_PAYLOAD_TYPE } from "@/lib/delivery/quorum/enrolment";
import { TRUST_PAYLOAD_TYPE } from "@/lib/delivery/quorum/trust-document";
import { makeSigningKey, openSigningKey, type StoredSigningKey } from "@/lib/delivery/signing-key";
import type { Envelope } from "@/lib/delivery/types";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor, steppedUp } from "@/test/actors";

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Somebody who signs with a key of their own, as a browser or the command line would for them. */
export class Approver {
  readonly key: StoredSigningKey = makeSigningKey(randomBytes(32));

  private constructor(
    readonly actor: Actor,
    readonly personId: string,
  ) {}

  /** A person with a record here. */
  static async make(name: string, roles: readonly Role[] = ["approver"]): Promise<Approver> {
    const email = `${name}-${randomUUID().slice(0, 8)}@center.test`;
    const input = { email, name, roles: [...roles], tenants: ["*"] };
    const { id } = await runCommand(createPerson, { input, actor: systemActor("fixtures", "operate"), now: new Date() });
    return new Approver(steppedUp(personActor(roles, undefined, email)), id);
  }

  get email(): string {
    return this.actor.email ?? "";
  }

  private sign(type: string, payload: Uint8Array, key = this.key): Envelope {
    return signEnvelope(type, payload, openSigningKey(key));
  }

  /** The statement that goes with a key. */
  statement(changes: object = {}, key = this.key): Envelope {
    const said = { approver: this.email, public_key: key.publicKey, made_in: "browser", issued_at: new Date().toISOString(), ...changes };
    return this.sign(ENROLMENT_PAYLOAD_TYPE, bytesOf(said), key);
  }

  /** A yes to a plan; `changes` make it a wrong one. */
  approval(planDigest: string, expiresAt: Date | string, changes: object = {}, key = this.key): Envelope {
    const expires_at = typeof expiresAt === "string" ? expiresAt : expiresAt.toISOString();
    return this.sign(APPROVAL_PAYLOAD_TYPE, bytesOf({ plan_digest: planDigest, approver: this.email, expires_at, ...changes }), key);
  }

  /** A signature over a trust document's exact bytes (base64). */
  trustSignature(bytes: string, key = this.key): Envelope {
    return this.sign(TRUST_PAYLOAD_TYPE, Buffer.from(bytes, "base64"), key);
  }

  /** Brings the key. */
  enrol() {
    return runCommand(enrolKey, { input: { proof: this.statement() as never }, actor: this.actor, now: new Date() });
  }

  /** Signs a proposed document. */
  signTrust({ id, digest, bytes }: { id: string; digest: string; bytes: string }) {
    return runCommand(signTrust, { input: { id, digest, envelope: this.trustSignature(bytes) }, actor: this.actor, now: new Date() });
  }
}

export const KEEPER = steppedUp(personActor(["security_admin"], undefined, "keeper@center.test"));

/** A second person vouches for a key. */
export const vouch = ({ id, keyid }: { id: string; keyid: string }, actor = KEEPER) =>
  runCommand(vouchKey, { input: { id, keyid, reason: "compared by telephone" }, actor, now: new Date() });

/** Proposes a document of all keys that somebody vouched for. */
export const propose = (threshold?: number, actor = KEEPER) =>
  runCommand(proposeTrust, { input: { reason: "who may approve", ...(threshold ? { threshold } : {}) }, actor, now: new Date() });

/** Keys of these people come into force: enrolled, vouched for, and in a trust document that the people before (or they) signed. */
export async function inForce(people: readonly Approver[], options: { threshold?: number; signers?: readonly Approver[] } = {}) {
  for (const person of people) await vouch(await person.enrol());
  const proposed = await propose(options.threshold ?? 2);
  let signed = proposed;
  for (const signer of options.signers ?? people) {
    signed = await signer.signTrust(proposed);
    if (signed.status === "in_force") break;
  }
  return signed;
}
