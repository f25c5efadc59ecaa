import { sha256Hex } from "./open-envelope.mjs";

/**
 * Checks that a command does exactly what its plan says, since approvers and policy saw the plan and not the command.
 * @param {any} payload the command as signed
 * @param {{ pluginId: string, now: number }} context
 * @returns {{ plan: any } | { problem: string }}
 */
export function checkPlan(payload, { pluginId, now }) {
  if (typeof payload.plan !== "string" || typeof payload.plan_digest !== "string") return { problem: "no_plan" };
  const bytes = Buffer.from(payload.plan, "base64");
  if (`sha256:${sha256Hex(bytes)}` !== payload.plan_digest) return { problem: "plan_digest" };
  const plan = parseObject(bytes);
  if (!plan) return { problem: "plan_unreadable" };
  if (!Array.isArray(plan.plugin_ids) || !plan.plugin_ids.includes(pluginId)) return { problem: "plan_target" };
  if (plan.type !== payload.type) return { problem: "plan_type" };
  if ((plan.from_version ?? null) !== (payload.from_version ?? null)) return { problem: "plan_from_version" };
  if ((plan.to_version ?? null) !== (payload.to_version ?? null)) return { problem: "plan_to_version" };
  if ((plan.artifact_sha256 ?? null) !== (payload.artifact?.sha256 ?? null)) return { problem: "plan_artifact" };
  const expiresAt = Date.parse(plan.expires_at);
  if (!(expiresAt > now)) return { problem: "plan_expired" };
  return { plan };
}

/**
 * @param {Buffer} bytes
 * @returns {Record<string, any> | null} null when the bytes are not one JSON object
 */
export function parseObject(bytes) {
  try {
    const value = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null; // the caller answers with its own word for "unreadable"
  }
}
