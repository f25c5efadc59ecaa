import type { Policy } from "./types";

/** Which policy this is, and who made it so. */
export interface PolicyStamp {
  readonly version: number;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** The policy as the API shows it and commands answer it: the row, flat. */
export function policyItem(policy: Policy, { version, updatedAt, updatedBy }: PolicyStamp) {
  return { ...policy, version, updated_at: updatedAt.toISOString(), updated_by: updatedBy };
}

/** Members of a policy as columns of its row; those that are not given stay undefined, which changes nothing. */
export function policyColumns(changes: Partial<Policy>) {
  return {
    autopatchEnabled: changes.autopatch_enabled,
    whitelist: changes.whitelist,
    severityThreshold: changes.severity_threshold,
    confidenceThreshold: changes.confidence_threshold,
    requiredSignatures: changes.required_signatures,
    stagingRequired: changes.staging_required,
    healthCheckSeconds: changes.health_check_seconds,
    rollbackErrorThreshold: changes.rollback_error_threshold,
    attemptsPerIncident: changes.attempts_per_incident,
    attemptsPerPluginPerDay: changes.attempts_per_plugin_per_day,
    stormShare: changes.storm_share,
    windows: changes.windows,
    bakeWhitelistDays: changes.bake_whitelist_days,
    bakeFifthDays: changes.bake_fifth_days,
    bakeHalfDays: changes.bake_half_days,
  };
}
