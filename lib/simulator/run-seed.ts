import type { Arm } from "@/lib/simulator/arms/arm";
import { alwaysNotifyArm, oracleArm, randomArm, staticRulesArm } from "@/lib/simulator/arms/compared-arms";
import { playArm } from "@/lib/simulator/arms/play-arm";
import { RELEASE_KINDS, tryRelease } from "@/lib/simulator/arms/release-trial";
import { siraArm } from "@/lib/simulator/arms/sira-arm";
import { measureArm } from "@/lib/simulator/report/measure-arm";
import type { PluginOutcome } from "@/lib/simulator/report/measure-detection";
import { measureDetection } from "@/lib/simulator/report/measure-detection";
import type { SeedResult } from "@/lib/simulator/report/seed-result";
import { matchAlarms } from "@/lib/simulator/trace/match-alarms";
import { tracePlugin } from "@/lib/simulator/trace/trace-plugin";
import { fateOf } from "@/lib/simulator/world/faults";
import { shopOf } from "@/lib/simulator/world/shop";
import { DAY } from "@/lib/simulator/world/world-parameters";

/** What is simulated. */
export interface RunSettings {
  readonly seed: number;
  readonly plugins: number;
  readonly days: number;
}

/** Releases of each kind that are shipped in waves beside the incidents. */
const RELEASES_OF_A_KIND = 5;

function outcomesOf({ seed, plugins, days }: RunSettings): PluginOutcome[] {
  return Array.from({ length: plugins }, (_, plugin) => {
    const shop = shopOf(seed, plugin);
    const fate = fateOf(seed, plugin, days * DAY);
    const { alarms, beats } = tracePlugin(seed, shop, fate, days * DAY);
    return { shop, faults: fate.faults, alarms: matchAlarms(alarms, fate.faults), beats };
  });
}

/**
 * One whole run: the world, what detection makes of it, and each arm over that same trace.
 *
 * Everything follows from the settings: the same ones give the same result bit for bit, on any machine and in any order.
 */
export function runSeed(settings: RunSettings): SeedResult {
  const { seed, days } = settings;
  const outcomes = outcomesOf(settings);
  const shops = outcomes.map(({ shop }) => shop);
  const alarms = outcomes.flatMap((outcome) => outcome.alarms).toSorted((a, b) => a.at - b.at || a.plugin - b.plugin);
  const arms: readonly Arm[] = [siraArm(), oracleArm(), staticRulesArm(), alwaysNotifyArm(), randomArm(seed)];
  const kinds = Array.from({ length: RELEASES_OF_A_KIND }, () => RELEASE_KINDS).flat();
  return {
    seed,
    detection: measureDetection(outcomes, days * DAY),
    arms: arms.map((arm) => measureArm(arm.name, playArm(seed, arm, shops, alarms), days * DAY)),
    releases: kinds.map((kind, index) => tryRelease(seed, index, kind, shops)),
  };
}
