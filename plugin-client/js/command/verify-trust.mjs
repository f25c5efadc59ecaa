import { AGENT_LIMITS } from "../limits.mjs";
import { parseObject } from "./check-plan.mjs";
import { isSoundKey, openEnvelope } from "./open-envelope.mjs";
import { person } from "./person.mjs";

/** @typedef {import("../types.d.mts").ApproverTrust} ApproverTrust */

const TRUST_TYPE = "application/vnd.reliability.trust+json";

/**
 * Decides whether a trust document takes the place of what is trusted now. Pure.
 *
 * It has to be exactly the next version, signed by as many distinct people as the threshold of today wants, each by a key that is trusted
 * today, and such that it can be satisfied itself: otherwise a mistake would lock the merchant out. Who trusts nobody believes nobody.
 *
 * @param {unknown} envelope
 * @param {ApproverTrust} current
 * @returns {{ trust: ApproverTrust } | { problem: string }}
 */
export function verifyTrust(envelope, current) {
  const opened = openEnvelope(envelope, TRUST_TYPE, current.approver_keys);
  if ("problem" in opened) return opened;
  const signers = new Set(opened.signers.map((keyid) => holderOf(current.approver_keys, keyid)).filter((name) => name !== ""));
  const needed = Number.isInteger(current.threshold) ? Math.max(1, current.threshold) : Number.POSITIVE_INFINITY;
  if (signers.size < needed) return { problem: "quorum" };
  const document = parseObject(opened.payload);
  if (!document || Object.keys(document).sort().join() !== "approver_keys,threshold,version") return { problem: "trust_unreadable" };
  const { version, approver_keys: keys, threshold } = document;
  if (version !== current.version + 1) return { problem: "trust_version" };
  return isSatisfiable(keys, threshold)
    ? { trust: { version, approver_keys: keys.map(plainKey), threshold } }
    : { problem: "trust_unsatisfiable" };
}

/** Whether so many people could ever sign by these keys. @param {any} keys @param {any} threshold */
function isSatisfiable(keys, threshold) {
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > AGENT_LIMITS.quorumEnvelopes) return false;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > AGENT_LIMITS.trustKeys) return false;
  if (!keys.every((key) => typeof key === "object" && key !== null && isSoundKey(key) && person(key.approver) !== "")) return false;
  if (new Set(keys.map(({ keyid }) => keyid)).size < keys.length) return false;
  return new Set(keys.map(({ approver }) => person(approver))).size >= threshold;
}

/** @param {import("../types.d.mts").ApproverKey} key */
const plainKey = ({ keyid, public_key, approver }) => ({ keyid, public_key, approver });

/** The first listing of a key names its person. @param {import("../types.d.mts").ApproverKey[]} keys @param {string} keyid */
function holderOf(keys, keyid) {
  return person(keys.find((key) => key.keyid === keyid)?.approver);
}
