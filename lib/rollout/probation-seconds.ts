import { LIMITS } from "@/lib/platform/limits";

/**
 * How long the agent keeps the last good copy ready while it waits for a commit: at least the default, and longer than the
 * health window could last with its one extension, so that Center and not a clock decides.
 *
 * @param healthWindowSeconds  `ops_policy.health_check_seconds`
 */
export function probationSecondsFor(healthWindowSeconds: number): number {
  const longestWindow = Math.max(healthWindowSeconds, LIMITS.healthExtensionSeconds);
  return Math.max(LIMITS.probationSeconds, longestWindow + LIMITS.attemptGraceSeconds);
}
