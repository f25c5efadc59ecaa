import { createPublicKey, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { preAuthEncode, sha256Hex } from "../command/open-envelope.mjs";

const COMMAND_TYPE = "application/vnd.reliability.command+json";
const APPROVAL_TYPE = "application/vnd.reliability.approval+json";
const TRUST_TYPE = "application/vnd.reliability.trust+json";
const HOUR_MS = 3_600_000;

/** A fresh Ed25519 key with the form it has in a trust document. */
export function makeSigner() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return { privateKey, keyid: sha256Hex(der), public_key: der.toString("base64") };
}

/**
 * A DSSE envelope over a JSON payload, or over bytes as they are.
 * @param {ReturnType<typeof makeSigner>} signer
 * @param {unknown} payload
 * @param {string} payloadType
 */
export function signEnvelope(signer, payload, payloadType = COMMAND_TYPE) {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const sig = sign(null, preAuthEncode(payloadType, bytes), signer.privateKey).toString("base64");
  return { payloadType, payload: bytes.toString("base64"), signatures: [{ keyid: signer.keyid, sig }] };
}

/**
 * An approver's signature over a plan.
 * @param {ReturnType<typeof makeSigner>} signer
 * @param {{ plan_digest: string, approver: string, expires_at: string }} approval
 */
export function signApproval(signer, approval) {
  return signEnvelope(signer, approval, APPROVAL_TYPE);
}

/**
 * A trust document under the signatures of some approvers.
 * @param {ReturnType<typeof makeSigner>[]} signers
 * @param {unknown} document
 */
export function signTrust(signers, document) {
  const [first, ...others] = signers.map((signer) => signEnvelope(signer, document, TRUST_TYPE));
  return { ...first, signatures: [...(first?.signatures ?? []), ...others.flatMap(({ signatures }) => signatures)] };
}

/**
 * A command's payload with its plan, complete and valid for an hour unless `changes` says otherwise; `planChanges` alters the plan alone.
 * @param {{ type: string, plugin_id: string } & Record<string, unknown>} changes
 * @param {Record<string, unknown>} [planChanges]
 * @param {number} [now] ms
 */
export function makeCommand(changes, planChanges = {}, now = Date.now()) {
  const later = new Date(now + HOUR_MS).toISOString();
  const command = {
    id: randomUUID(),
    from_version: null,
    to_version: null,
    artifact: null,
    config: null,
    ref: null,
    probation_s: 180,
    not_before: new Date(now).toISOString(),
    issued_at: new Date(now).toISOString(),
    expires_at: later,
    quorum: [],
    ...changes,
  };
  if (command.type === "commit" || command.type === "ping") return { ...command, plan: null, plan_digest: null };
  const artifact = /** @type {{ sha256: string } | null} */ (command.artifact);
  const plan = canonical({
    type: command.type,
    plugin_ids: [command.plugin_id],
    plugin_key: "tiny",
    from_version: command.from_version,
    to_version: command.to_version,
    artifact_sha256: artifact?.sha256 ?? null,
    policy_version: 1,
    nonce: randomUUID(),
    expires_at: later,
    ...planChanges,
  });
  return { ...command, plan: Buffer.from(plan).toString("base64"), plan_digest: `sha256:${sha256Hex(plan)}`, ...changes };
}

/** RFC 8785 for what plans hold: strings, whole numbers, null and lists of strings. @param {Record<string, unknown>} plan */
function canonical(plan) {
  return JSON.stringify(Object.fromEntries(Object.entries(plan).sort(([a], [b]) => (a < b ? -1 : 1))));
}
