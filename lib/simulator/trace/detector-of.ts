import { couldFire } from "@/lib/detection/could-fire";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import type { Finding, PluginWindow } from "@/lib/detection/types";

/** One plugin's detection as the product runs it; the only file of the simulator that knows how detection is called. */
export interface PluginDetector {
  /**
   * What is found when a beat has arrived.
   *
   * @param window          as the product builds it, this beat the newest
   * @param previousBootId  of the beat before, null when there was none
   * @param isWatched       whether an incident is open: then rules are asked whatever the beat says
   */
  atBeat(window: PluginWindow, previousBootId: string | null, isWatched: boolean): Finding[];
  /** What is found at the scan, while no beat comes. */
  atScan(window: PluginWindow): Finding[];
}

const CONFIGURED = {};

/** A fresh detector for one plugin, its state its own. */
export function detectorOf(): PluginDetector {
  return {
    atBeat(window, previousBootId, isWatched) {
      const last = window.beats.at(-1);
      if (!last || !(isWatched || couldFire(last, CONFIGURED, previousBootId))) return [];
      return evaluateRules(window, CONFIGURED);
    },
    atScan: (window) => evaluateRules(window, CONFIGURED),
  };
}
