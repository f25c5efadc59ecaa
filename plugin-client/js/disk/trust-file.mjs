import { sha256Hex } from "../command/open-envelope.mjs";
import { readJson, writeDurably } from "./durable-file.mjs";

/** @typedef {import("../types.d.mts").ApproverTrust} ApproverTrust */

/**
 * What the merchant wrote in agent.json, as one word: what was learned since builds on it, and counts no more once it is changed by hand.
 * @param {ApproverTrust} pinned
 */
function wordOf({ version, approver_keys, threshold }) {
  const keys = approver_keys.map(({ keyid, public_key, approver }) => ({ keyid, public_key, approver }));
  return sha256Hex(JSON.stringify({ version, keys, threshold }));
}

/**
 * Whom to trust: what the merchant pinned, or what the pinned approvers' documents made of it since.
 * @param {string} path
 * @param {ApproverTrust} pinned
 * @returns {ApproverTrust}
 */
export function readTrust(path, pinned) {
  const kept = readJson(path);
  if (kept?.pinned !== wordOf(pinned) || !(kept.trust?.version > pinned.version)) return pinned;
  return kept.trust;
}

/**
 * Keeps a trust document that was verified; on disk before anybody goes by it.
 * @param {string} path
 * @param {ApproverTrust} pinned
 * @param {ApproverTrust} trust
 * @param {() => void} beforeRename a kill point
 */
export function keepTrust(path, pinned, trust, beforeRename) {
  writeDurably(path, JSON.stringify({ pinned: wordOf(pinned), trust }), beforeRename);
}
