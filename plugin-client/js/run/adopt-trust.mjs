import { verifyTrust } from "../command/verify-trust.mjs";
import { keepTrust } from "../disk/trust-file.mjs";
import { AGENT_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */

/**
 * Takes the trust documents of a beat's answer, in order, each signed by the approvers whom the one before named. What does
 * not hold changes nothing. Written before it counts, and never backwards.
 * @param {Agent} agent
 * @param {unknown[]} envelopes
 */
export function adoptTrust(agent, envelopes) {
  for (const envelope of envelopes.slice(0, AGENT_LIMITS.trustDocumentsPerBeat)) {
    const verdict = verifyTrust(envelope, agent.trust);
    if ("problem" in verdict) {
      agent.refusedCommands += 1;
      agent.log("warn", "a trust document was refused", { code: "WARN_TRUST_REFUSED", class: "SECURITY", reason: verdict.problem });
      continue;
    }
    keepTrust(agent.layout.trust, agent.config.trust, verdict.trust, () => agent.kill("trust.written"));
    agent.kill("trust.kept");
    agent.trust = verdict.trust;
    agent.urgent();
    agent.log("info", "the approvers changed", { version: verdict.trust.version, threshold: verdict.trust.threshold });
  }
}
