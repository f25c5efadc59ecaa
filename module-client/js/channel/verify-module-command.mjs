import { openEnvelope, sha256Hex } from "../../../plugin-client/js/command/open-envelope.mjs";
import { COMMAND_TYPES } from "../command-types.mjs";
import { MODULE_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").VerifyContext} VerifyContext */

export const MODULE_COMMAND_TYPE = "application/vnd.reliability.module-command+json";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Decides whether a signed command may be obeyed here and now. Pure: the same envelope and context give the same verdict.
 *
 * The order is part of the protocol: envelope, pinned key and signature, module, seen before, time, type, tenant, fence. Without a valid
 * signature nothing in the envelope is believed, so nobody is answered ("ignored"). What was answered before is answered again however late it is.
 *
 * @param {unknown} envelope
 * @param {VerifyContext} context
 * @returns {import("../types.d.mts").Verdict}
 */
export function verifyModuleCommand(envelope, context) {
  const opened = openEnvelope(envelope, MODULE_COMMAND_TYPE, context.keys);
  if ("problem" in opened) return { outcome: "ignored", reason: opened.problem };
  const payload = parseObject(opened.payload);
  if (typeof payload?.id !== "string" || !UUID.test(payload.id)) return { outcome: "ignored", reason: "bad_payload" };

  const digest = sha256Hex(opened.payload);
  const refused = (/** @type {string} */ reason) => /** @type {const} */ ({ outcome: "refused", id: payload.id, digest, reason });

  if (payload.module_id !== context.moduleId || payload.module_key !== context.moduleKey) return refused("wrong_module");
  const seen = context.seenDigest(payload.id);
  if (seen !== null && seen !== digest) return refused("id_reused");
  const command = settle(payload);
  if (seen !== null) return { outcome: "repeat", command, digest };

  const problem = checkTime(payload, context.now) ?? checkWhat(payload, context) ?? checkFence(payload, context);
  return problem ? refused(problem) : { outcome: "accepted", command, digest };
}

/** @param {Buffer} bytes @returns {any} */
function parseObject(bytes) {
  try {
    const value = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null; // signed, yet no JSON: the same as no command at all
  }
}

/** @param {any} payload @returns {import("../types.d.mts").ModuleCommand} */
function settle(payload) {
  const { id, type, tenant_id: tenantId = null, params = {}, fence, plan_digest: planDigest = null } = payload;
  return { id, type, tenantId, params: params ?? {}, fence, planDigest, expiresAt: Date.parse(payload.expires_at) };
}

/** @type {(payload: any, now: number) => string | null} */
function checkTime(payload, now) {
  const [notBefore, expiresAt] = [Date.parse(payload.not_before), Date.parse(payload.expires_at)];
  if (Number.isNaN(notBefore) || Number.isNaN(expiresAt)) return "bad_times";
  if (now < notBefore - MODULE_LIMITS.clockSkewMs) return "not_yet_valid";
  return now >= expiresAt ? "expired" : null;
}

/** @type {(payload: any, context: VerifyContext) => string | null} */
function checkWhat({ type, tenant_id: tenantId = null, params = {} }, { knowsTenant }) {
  if (!COMMAND_TYPES.includes(type)) return "unknown_type";
  if (params !== null && (typeof params !== "object" || Array.isArray(params))) return "bad_params";
  if (tenantId === null) return null;
  return typeof tenantId === "string" && UUID.test(tenantId) && knowsTenant(tenantId) ? null : "wrong_tenant";
}

/** A fence below one that was obeyed belongs to an order that a newer one has overtaken. @type {(payload: any, context: VerifyContext) => string | null} */
function checkFence({ fence }, { highestFence }) {
  if (!Number.isSafeInteger(fence) || fence < 1) return "bad_fence";
  return fence > highestFence ? null : "stale_fence";
}
