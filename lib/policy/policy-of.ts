import type { opsPolicy } from "@/db/schema/safety";
import type { Policy } from "./types";

/** The policy row as deciders and the API know it. */
export function policyOf(row: typeof opsPolicy.$inferSelect): Policy {
  return {
    autopatch_enabled: row.autopatchEnabled,
    whitelist: row.whitelist,
    severity_threshold: row.severityThreshold,
    confidence_threshold: row.confidenceThreshold,
    required_signatures: row.requiredSignatures,
    staging_required: row.stagingRequired,
    health_check_seconds: row.healthCheckSeconds,
    rollback_error_threshold: row.rollbackErrorThreshold,
    attempts_per_incident: row.attemptsPerIncident,
    attempts_per_plugin_per_day: row.attemptsPerPluginPerDay,
    storm_share: row.stormShare,
    windows: row.windows,
    bake_whitelist_days: row.bakeWhitelistDays,
    bake_fifth_days: row.bakeFifthDays,
    bake_half_days: row.bakeHalfDays,
  };
}
