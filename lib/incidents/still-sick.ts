import { evaluateRules } from "@/lib/detection/evaluate-rules";
import { RULES } from "@/lib/detection/registry";
import type { ConfiguredRules, IncidentType, PluginWindow } from "@/lib/detection/types";
import { unprovenTypes } from "@/lib/detection/unproven-types";
import { causeOf } from "@/lib/incidents/causes";
import type { BeatSample } from "@/lib/telemetry/types";

/** What was changed on the plugin, and which version runs if the change took. */
export interface Change {
  readonly since: Date;
  readonly version: string;
}

/** The window up to the newest beat since the change that says something about this type; an urgent beat often says nothing. */
function lastTelling(window: PluginWindow, type: IncidentType, { since, version }: Change): PluginWindow | null {
  // A restart keeps the version: what the boot before it said is no word on the one after.
  const beats = window.beats.filter((beat: BeatSample) => beat.runningVersion === version && beat.receivedAt > since);
  for (let end = beats.length; end > 0; end -= 1) {
    const cut = { ...window, beats: beats.slice(0, end) };
    if (!unprovenTypes(cut).has(type)) return cut;
  }
  return null;
}

/**
 * Whether an incident is over after a change, by its own rules: other causes of the same plugin are other incidents.
 *
 * @param window  of the plugin now
 * @returns true when rules still find its cause, null when no beat since the change says anything about its type:
 *          unknown is never healed
 */
export function isStillSick(window: PluginWindow, type: IncidentType, change: Change, configured: ConfiguredRules): boolean | null {
  if (!RULES.some((rule) => rule.type === type)) return null;
  const telling = lastTelling(window, type, change);
  if (!telling) return null;
  return evaluateRules(telling, configured).some((finding) => causeOf(finding.type) === causeOf(type));
}
