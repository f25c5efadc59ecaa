import { AGENT_LIMITS } from "../limits.mjs";
import { parseObject } from "./check-plan.mjs";
import { openEnvelope } from "./open-envelope.mjs";
import { person } from "./person.mjs";

const APPROVAL_TYPE = "application/vnd.reliability.approval+json";

/**
 * Counts the distinct people who signed this very plan, each with a key of their own.
 * One person with two keys counts once, one key under two names counts once, an expired or other approval not at all.
 * @param {unknown} quorum envelopes, as they came
 * @param {string} planDigest
 * @param {import("../types.d.mts").ApproverKey[]} approverKeys
 * @param {number} now
 */
export function countApprovals(quorum, planDigest, approverKeys, now) {
  if (!Array.isArray(quorum) || quorum.length > AGENT_LIMITS.quorumEnvelopes) return 0;
  const approvers = new Set();
  for (const envelope of quorum) {
    const opened = openEnvelope(envelope, APPROVAL_TYPE, approverKeys);
    if ("problem" in opened) continue;
    const approval = parseObject(opened.payload);
    if (approval?.plan_digest !== planDigest || !(Date.parse(approval.expires_at) > now)) continue;
    for (const keyid of opened.signers) {
      // The first listing of a key names its person, so a key listed twice cannot become two people.
      const owner = person(approverKeys.find((key) => key.keyid === keyid)?.approver);
      if (owner !== "" && owner === person(approval.approver)) approvers.add(owner);
    }
  }
  return approvers.size;
}
