import { z } from "zod";
import type { Finding, Rule } from "@/lib/detection/types";
import type { BeatSample } from "@/lib/telemetry/types";

const params = z.strictObject({
  /** Starts of the plugin within the span that make a loop. */
  boots: z.number().int().min(2).max(100),
  within_seconds: z.number().int().min(30).max(7_200),
  /** Beats in a row that say the plugin is down, after it had been up. */
  down_beats: z.number().int().min(1).max(20),
});

/** Beats a boot may have sent when a caller cannot say whether it is new. */
const YOUNG_SEQ = 3;

/** Times the plugin was started anew within the span: changes of boot from one beat to the next. */
function restarts(beats: readonly BeatSample[], since: number): readonly BeatSample[] {
  return beats.filter((beat, index) => {
    const previous = beats[index - 1];
    return previous !== undefined && previous.bootId !== beat.bootId && beat.receivedAt.getTime() >= since;
  });
}

/** The trailing beats that say the plugin is down, oldest first, when it was up before them. */
function downRun(beats: readonly BeatSample[]): readonly BeatSample[] {
  const lastUp = beats.findLastIndex((beat) => beat.active);
  return lastUp < 0 ? [] : beats.slice(lastUp + 1);
}

function finding(statistic: string, value: number, usualHigh: number, beat: BeatSample, explain: string): Finding {
  const common = { ruleId: "crash_loop", type: "crash_loop", severity: "high" } as const;
  return { ...common, observedAt: beat.receivedAt, statistic, value, usual: { low: 0, high: usualHigh }, explain };
}

/** The plugin keeps crashing, or went down and stays down, while its agent still reports. */
export const crashLoop: Rule<typeof params> = {
  id: "crash_loop",
  type: "crash_loop",
  explain:
    "Restarts of the plugin within a few minutes, seen by a changing boot id at the beat of each new boot; or beats that say it is down.",
  params,
  defaults: { boots: 3, within_seconds: 600, down_beats: 2 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    if (!last) return null;
    const down = downRun(window.beats);
    const [firstDown] = down;
    if (firstDown && down.length >= params.down_beats) {
      const explain = `The plugin has been down for ${down.length} beats; version ${last.diskVersion} lies on disk.`;
      return finding("beats_down", down.length, 0, firstDown, explain);
    }
    // Only the first beat of a boot speaks of a crash: later ones of the same boot say that this one holds.
    if (window.beats.at(-2)?.bootId === last.bootId) return null;
    const boots = restarts(window.beats, last.receivedAt.getTime() - params.within_seconds * 1_000);
    const [firstBoot] = boots;
    if (!firstBoot || boots.length < params.boots) return null;
    const minutes = Math.round(params.within_seconds / 60);
    const explain = `The plugin started anew ${boots.length} times within ${minutes} min on version ${last.runningVersion}.`;
    return finding("boots", boots.length, 1, firstBoot, explain);
  },

  mayFire(beat, _params, previousBootId) {
    if (!beat.active) return true;
    return previousBootId === undefined ? beat.seq <= YOUNG_SEQ : previousBootId !== beat.bootId;
  },
};
