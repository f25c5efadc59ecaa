import { resolveRules } from "@/lib/detection/resolve-rules";
import type { ConfiguredRules, ErrorsWithin } from "@/lib/detection/types";
import type { BeatSample } from "@/lib/telemetry/types";

/**
 * Whether a beat is worth loading its plugin's window for: false means that no rule can find anything because of it.
 *
 * A superset, never a verdict. It looks at the beat alone, so it costs next to nothing for the healthy many. Silence is not
 * covered, since no beat causes it: the scan finds it.
 *
 * @param previousBootId  boot of the beat before, where the caller knows it (null: there was none). Left out, a restart is
 *                        recognised by a small `seq`; agents that count on across restarts are then left to the scan
 * @param errorsWithin    for a plugin that sends no figure of its day: without it, every beat after its first error is worth a look
 */
export function couldFire(
  beat: BeatSample,
  configured: ConfiguredRules,
  previousBootId?: string | null,
  errorsWithin?: ErrorsWithin,
): boolean {
  return resolveRules(configured).some(({ rule, params }) => rule.mayFire?.(beat, params, previousBootId, errorsWithin) ?? false);
}
