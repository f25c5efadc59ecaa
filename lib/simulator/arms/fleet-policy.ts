import type { Policy } from "@/lib/policy/types";

/** The policy of the simulated operator: everybody is on the whitelist, the rest is the product's default. */
export const FLEET_POLICY: Policy = {
  autopatch_enabled: true,
  whitelist: ["*"],
  severity_threshold: "medium",
  confidence_threshold: 0.8,
  required_signatures: 2,
  staging_required: true,
  health_check_seconds: 90,
  rollback_error_threshold: 0.05,
  attempts_per_incident: 3,
  attempts_per_plugin_per_day: 6,
  storm_share: 0.2,
  windows: [{ from: 0, to: 24 }],
  bake_whitelist_days: 7,
  bake_fifth_days: 14,
  bake_half_days: 14,
};
