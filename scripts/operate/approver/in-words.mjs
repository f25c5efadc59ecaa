import { createHash } from "node:crypto";

/**
 * What a file to be signed would do, in words taken from its exact bytes, with what is signed.
 * @param {unknown} given  a plan or a trust document as Center's approvals give it: `{ kind, bytes, digest }`
 * @returns {{ kind: "plan" | "trust", digest: string, bytes: Buffer, expiresAt: string | null, lines: string[] }}
 * @throws Error when the digest is not that of the bytes, or the bytes are neither
 */
export function inWords(given) {
  const { bytes: text, digest, kind } = /** @type {any} */ (given);
  const bytes = Buffer.from(String(text), "base64");
  const computed = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (computed !== digest) throw new Error(`the digest is not that of the bytes: ${computed}`);
  const document = JSON.parse(bytes.toString("utf8"));
  const words = kind === "trust" ? trustInWords(document) : planInWords(document);
  return {
    kind: kind === "trust" ? "trust" : "plan",
    digest: computed,
    bytes,
    expiresAt: document.expires_at ?? null,
    lines: [...words, `digest    ${computed}`],
  };
}

/** @param {any} plan */
function planInWords(plan) {
  if (!Array.isArray(plan.plugin_ids) || typeof plan.type !== "string") throw new Error("these bytes are no plan");
  return [
    `what      ${plan.type} ${plan.plugin_key}`,
    `version   ${plan.from_version ?? "-"} -> ${plan.to_version ?? "-"}`,
    `plugins   ${plan.plugin_ids.join(", ")}`,
    `artifact  ${plan.artifact_sha256 === null ? "none" : `sha256 ${plan.artifact_sha256}`}`,
    `bound to  policy version ${plan.policy_version}`,
    `expires   ${plan.expires_at}`,
  ];
}

/** @param {any} trust */
function trustInWords(trust) {
  if (!Array.isArray(trust.approver_keys) || !Number.isInteger(trust.version)) throw new Error("these bytes are no trust document");
  const keys = trust.approver_keys.map((/** @type {any} */ { approver, keyid }) => `approver  ${approver}  ${keyid}`);
  return [`what      trust document, version ${trust.version}`, `takes     ${trust.threshold} of these people:`, ...keys];
}
