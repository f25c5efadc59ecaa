import { LIMITS } from "@/lib/platform/limits";
import { advanceModule, newModuleStreams } from "./module-streams";
import type { Heard, Measure, StepSums } from "./types";

/** One step of a measure as the detectors took it. */
export interface SeenPoint extends Heard {
  readonly isRaised: boolean;
}

/**
 * Gives stored steps to detectors that know nothing, exactly as production does, and tells what they expected of one measure each time.
 *
 * @param steps    oldest first; where each begins, and what was done in it
 * @param measure  of which it is told
 */
export function replaySteps(steps: readonly { readonly at: Date; readonly sums: StepSums }[], measure: Measure): SeenPoint[] {
  let state = newModuleStreams(false);
  const points: SeenPoint[] = [];
  for (const { at, sums } of steps) {
    state = advanceModule(state, { at, sums, version: null, isHistory: false });
    const heard = state.heard[measure];
    if (heard?.at !== at.toISOString()) continue;
    // What has no day of memory raises nothing: whether a value lies outside its band is shown all the same.
    const isOutside = heard.expected !== null && (heard.value > heard.expected.high || heard.value < heard.expected.low);
    points.push({ ...heard, isRaised: isOutside || state.raised.some((one) => one.measure === measure) });
  }
  return points;
}

/** Whether nothing was said for a while before a point: no line leads over that. */
export function isAfterGap(points: readonly SeenPoint[], index: number): boolean {
  const [before, point] = [points[index - 1], points[index]];
  if (!before || !point) return false;
  return Date.parse(point.at) - Date.parse(before.at) > 2 * LIMITS.moduleStepSeconds * 1_000;
}
