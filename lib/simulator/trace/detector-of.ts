import { couldFire } from "@/lib/detection/could-fire";
import type { PluginStreams, StreamBeat } from "@/lib/detection/detectors/plugin-streams";
import { advancePlugin, forgetOver, newPluginStreams } from "@/lib/detection/detectors/plugin-streams";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import type { Finding, PluginWindow } from "@/lib/detection/types";

/** One plugin's detection as the product runs it; the only file of the simulator that knows how detection is called. */
export interface PluginDetector {
  /**
   * What is found when a beat has arrived: by the rules, and by the detectors over the plugin's streams.
   *
   * @param window          as the product builds it, this beat the newest
   * @param previousBootId  of the beat before, null when there was none
   * @param isWatched       whether an incident is open: then rules are asked whatever the beat says
   */
  atBeat(window: PluginWindow, previousBootId: string | null, isWatched: boolean): Finding[];
  /** What the rules find at the scan, while no beat comes. */
  atScan(window: PluginWindow): Finding[];
}

const CONFIGURED = {};

function ruleFindings(window: PluginWindow, previousBootId: string | null, isWatched: boolean): Finding[] {
  const last = window.beats.at(-1);
  return last && (isWatched || couldFire(last, CONFIGURED, previousBootId)) ? evaluateRules(window, CONFIGURED) : [];
}

/** A fresh detector for one plugin, its streams its own; every stream has its novelty bank, as a fleet this small does. */
export function detectorOf(): PluginDetector {
  let state: PluginStreams = newPluginStreams(true);
  let previous: StreamBeat | null = null;
  return {
    atBeat(window, previousBootId, isWatched) {
      const last = window.beats.at(-1);
      if (!last) return [];
      const beat: StreamBeat = { ...last, id: `${last.bootId}/${last.seq}` };
      const advanced = advancePlugin(state, previous ? [previous, beat] : [beat], window.now);
      state = forgetOver(advanced);
      previous = beat;
      return [...ruleFindings(window, previousBootId, isWatched), ...advanced.raised.map(({ finding }) => finding)];
    },
    atScan: (window) => evaluateRules(window, CONFIGURED),
  };
}
