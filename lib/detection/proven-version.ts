import { evaluateRules } from "@/lib/detection/evaluate-rules";
import type { ConfiguredRules, PluginWindow } from "@/lib/detection/types";
import { unprovenTypes } from "@/lib/detection/unproven-types";
import { LIMITS } from "@/lib/platform/limits";

/**
 * The version that a plugin has proven to run well on: the one a rollback may go back to. Registration only claims one.
 *
 * @returns null unless every beat of the last LIMITS.provenSeconds ran it from disk and was up, no rule finds anything, and
 *          webhooks were seen to succeed
 */
export function provenVersion(window: PluginWindow, configured: ConfiguredRules): string | null {
  const last = window.beats.at(-1);
  if (!last || unprovenTypes(window).has("webhook_fail_rate")) return null;
  const startMs = last.receivedAt.getTime() - LIMITS.provenSeconds * 1_000;
  const first = window.beats.findLastIndex((beat) => beat.receivedAt.getTime() <= startMs);
  if (first < 0) return null;
  const isClean = window.beats
    .slice(first)
    .every((beat) => beat.active && beat.runningVersion === last.runningVersion && beat.diskVersion === last.runningVersion);
  return isClean && evaluateRules(window, configured).length === 0 ? last.runningVersion : null;
}
