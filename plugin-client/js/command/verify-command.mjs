import { AGENT_LIMITS } from "../limits.mjs";
import { checkPlan, parseObject } from "./check-plan.mjs";
import { compareVersions, parseVersion } from "./compare-versions.mjs";
import { countApprovals } from "./count-approvals.mjs";
import { needsPeople } from "./needs-people.mjs";
import { openEnvelope, sha256Hex } from "./open-envelope.mjs";

/** @typedef {import("../types.d.mts").VerifyContext} VerifyContext */

const COMMAND_TYPE = "application/vnd.reliability.command+json";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const PLANNED = ["update", "rollback", "config_update", "restart", "isolate"];
const TYPES = [...PLANNED, "commit", "ping"];

/**
 * Decides whether a signed command may be obeyed here and now. Pure: the same envelope and context give the same verdict.
 *
 * The order of the checks is part of the protocol: envelope, known key and signature, plugin, time, id seen before, plan, versions,
 * artifact, quorum. Without a valid signature nothing in the envelope is believed, so nobody is answered ("ignored").
 *
 * @param {unknown} envelope
 * @param {VerifyContext} context
 * @returns {import("../types.d.mts").Verdict}
 */
export function verifyCommand(envelope, context) {
  const opened = openEnvelope(envelope, COMMAND_TYPE, context.trust.keys);
  if ("problem" in opened) return { outcome: "ignored", reason: opened.problem };
  const payload = parseObject(opened.payload);
  if (!payload || typeof payload.id !== "string" || !UUID.test(payload.id)) return { outcome: "ignored", reason: "bad_payload" };

  const digest = sha256Hex(opened.payload);
  const refused = (/** @type {string} */ reason) => /** @type {const} */ ({ outcome: "refused", id: payload.id, digest, reason });

  if (payload.plugin_id !== context.pluginId) return refused("wrong_plugin");
  const untimely = checkTime(payload, context.now);
  if (untimely) return refused(untimely);
  if (!TYPES.includes(payload.type)) return refused("unknown_type");

  const seen = context.seenDigest(payload.id);
  if (seen !== null && seen !== digest) return refused("id_reused");
  if (seen !== null) return { outcome: "repeat", command: settle(payload, null, true), digest };

  /** @type {any} */
  let plan = null;
  if (PLANNED.includes(payload.type)) {
    const checked = checkPlan(payload, context);
    if ("problem" in checked) return refused(checked.problem);
    plan = checked.plan;
  }
  const problem = checkVersions(payload, context) ?? checkCargo(payload);
  if (problem) return refused(problem);
  const isSigned = plan !== null && isSignedByPeople(payload, context);
  const needs = plan === null ? "no" : needsPeople(payload, plan, context);
  if (needs === "never" || (needs === "yes" && !isSigned)) return refused("quorum");
  return { outcome: "accepted", command: settle(payload, plan, needs === "vendor_says" && !isSigned), digest };
}

/** @type {(payload: any, now: number) => string | null} */
function checkTime(payload, now) {
  const notBefore = Date.parse(payload.not_before ?? payload.issued_at);
  const expiresAt = Date.parse(payload.expires_at);
  if (Number.isNaN(notBefore) || Number.isNaN(expiresAt)) return "bad_times";
  if (now < notBefore - AGENT_LIMITS.clockSkewMs) return "not_yet_valid";
  return now >= expiresAt ? "expired" : null;
}

/** @type {(payload: any, context: VerifyContext) => string | null} */
function checkVersions(payload, { diskVersion: disk }) {
  const from = payload.from_version ?? null;
  const to = payload.to_version ?? null;
  if (payload.type === "commit" || payload.type === "ping") return null;
  if (disk === null) return "nothing_installed";
  if (payload.type === "update") {
    if (from !== disk) return "from_version";
    if (!parseVersion(to)) return "to_version";
    return compareVersions(to, disk) > 0 ? null : "downgrade";
  }
  if (payload.type === "rollback") {
    if (!parseVersion(to)) return "to_version";
    // Already there is no error: the agent may have restored the last good copy before Center asked.
    if (to !== disk && from !== null && from !== disk) return "from_version";
    // Upwards would be an update that dodges the quorum.
    return compareVersions(to, disk) <= 0 ? null : "not_a_rollback";
  }
  if (from !== null && from !== disk) return "from_version";
  return to === null || to === disk ? null : "to_version";
}

/** What the command brings along. @type {(payload: any) => string | null} */
function checkCargo(payload) {
  const { type, artifact = null, config = null, ref = null, probation_s: probation = null } = payload;
  if (ref !== null && !(typeof ref === "string" && UUID.test(ref))) return "bad_ref";
  if (type === "commit" && ref === null) return "bad_ref";
  if (type === "update" && artifact === null) return "artifact";
  if (artifact !== null && !isArtifact(artifact)) return "artifact";
  // What a plan's digest does not cover travels only under the type that says so.
  if ((config !== null) !== (type === "config_update")) return "config";
  if (config !== null && (typeof config !== "object" || Array.isArray(config))) return "config";
  if (config !== null && jsonBytes(config) > AGENT_LIMITS.configBytes) return "config";
  const isProbation =
    probation === null || (Number.isInteger(probation) && probation >= 1 && probation <= AGENT_LIMITS.probationMaxSeconds);
  return isProbation ? null : "probation";
}

/** @param {object} value */
function jsonBytes(value) {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Number.POSITIVE_INFINITY; // nested too deep to be written again
  }
}

/** @param {any} artifact */
function isArtifact({ url, sha256, length }) {
  if (typeof sha256 !== "string" || !SHA256.test(sha256) || url !== `/api/artifacts/${sha256}`) return false;
  return Number.isInteger(length) && length > 0 && length <= AGENT_LIMITS.artifactBytes;
}

/** Whether so many people as the trust wants signed this very plan; with no approver configured, nobody ever did. @type {(payload: any, context: VerifyContext) => boolean} */
function isSignedByPeople(payload, { trust, now }) {
  const needed = Number.isInteger(trust.threshold) ? Math.max(1, trust.threshold) : Number.POSITIVE_INFINITY;
  return countApprovals(payload.quorum, payload.plan_digest, trust.approver_keys, now) >= needed;
}

/**
 * @param {any} payload
 * @param {any} plan
 * @param {boolean} refusesHighImpact
 * @returns {import("../types.d.mts").Command}
 */
function settle(payload, plan, refusesHighImpact) {
  const { id, type, plugin_id, from_version = null, to_version = null, artifact = null, config = null, ref = null } = payload;
  const probation_s = payload.probation_s ?? AGENT_LIMITS.probationDefaultSeconds;
  const plugin_key = typeof plan?.plugin_key === "string" ? plan.plugin_key : null;
  const refuses_high_impact = refusesHighImpact;
  return { id, type, plugin_id, from_version, to_version, artifact, config, ref, probation_s, plugin_key, refuses_high_impact };
}
