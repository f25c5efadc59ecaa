import { SEVERITIES } from "@/lib/kernel/severity";
import type { Policy } from "../types";

/** The hours of a day in which automatic change is allowed. */
function openHours(windows: Policy["windows"]): Set<number> {
  const hours = new Set<number>();
  for (const { from, to } of windows) for (let hour = from; hour < to; hour += 1) hours.add(hour);
  return hours;
}

const adds = <Value>(before: ReadonlySet<Value>, after: ReadonlySet<Value>) => [...after].some((value) => !before.has(value));

/** Of each member, whether it lets more happen, or asks fewer people, after a change than before it. */
const LOOSENS: { readonly [Name in Exclude<keyof Policy, "autopatch_enabled">]: (before: Policy, after: Policy) => boolean } = {
  whitelist: (before, after) => !before.whitelist.includes("*") && adds(new Set(before.whitelist), new Set(after.whitelist)),
  severity_threshold: (before, after) => SEVERITIES.indexOf(after.severity_threshold) > SEVERITIES.indexOf(before.severity_threshold),
  confidence_threshold: (before, after) => after.confidence_threshold < before.confidence_threshold,
  required_signatures: (before, after) => after.required_signatures < before.required_signatures,
  staging_required: (before, after) => before.staging_required && !after.staging_required,
  health_check_seconds: (before, after) => after.health_check_seconds < before.health_check_seconds,
  rollback_error_threshold: (before, after) => after.rollback_error_threshold > before.rollback_error_threshold,
  attempts_per_incident: (before, after) => after.attempts_per_incident > before.attempts_per_incident,
  attempts_per_plugin_per_day: (before, after) => after.attempts_per_plugin_per_day > before.attempts_per_plugin_per_day,
  storm_share: (before, after) => after.storm_share > before.storm_share,
  windows: (before, after) => adds(openHours(before.windows), openHours(after.windows)),
  bake_whitelist_days: (before, after) => after.bake_whitelist_days < before.bake_whitelist_days,
  bake_fifth_days: (before, after) => after.bake_fifth_days < before.bake_fifth_days,
  bake_half_days: (before, after) => after.bake_half_days < before.bake_half_days,
};

/** The members by which a changed policy is looser than it was; the kill switch has a second person of its own. */
export function loosened(before: Policy, after: Policy): (keyof typeof LOOSENS)[] {
  const names = Object.keys(LOOSENS) as (keyof typeof LOOSENS)[];
  return names.filter((name) => LOOSENS[name](before, after));
}
