import type { PresenceLimits } from "@/components/fleet/presence";
import { LIMITS } from "@/lib/platform/limits";

/** A beat is late after its period and its grace, silent after a second period: as the rule `silence` sees it without a probe. */
export function presenceLimits(): PresenceLimits {
  const lateAfterSeconds = LIMITS.heartbeatSeconds + LIMITS.heartbeatGraceSeconds;
  return { lateAfterSeconds, silentAfterSeconds: lateAfterSeconds + LIMITS.heartbeatSeconds };
}
