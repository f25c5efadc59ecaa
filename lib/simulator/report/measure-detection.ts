import type { DetectionResult } from "@/lib/simulator/report/seed-result";
import type { MatchedAlarm } from "@/lib/simulator/trace/match-alarms";
import type { Fault } from "@/lib/simulator/world/faults";
import type { Shop } from "@/lib/simulator/world/shop";
import { isHard } from "@/lib/simulator/world/shop";
import { DAY, MINUTE } from "@/lib/simulator/world/world-parameters";

/** What is needed of one plugin's run. */
export interface PluginOutcome {
  readonly shop: Shop;
  readonly faults: readonly Fault[];
  readonly alarms: readonly MatchedAlarm[];
  readonly beats: number;
}

const METRICS = 5;
const WEEK = 7 * DAY;

/** Counts what was noticed, what was missed, and what was nothing. */
export function measureDetection(plugins: readonly PluginOutcome[], lastMs: number): DetectionResult {
  const byKind: Record<string, { part: number; of: number }> = {};
  const falseByRule: Record<string, number> = {};
  const hardMinutes: number[] = [];
  let hardMissed = 0;
  let found = 0;
  for (const { shop, faults, alarms } of plugins) {
    for (const { fault, finding } of alarms) if (!fault) falseByRule[finding.ruleId] = (falseByRule[finding.ruleId] ?? 0) + 1;
    for (const fault of faults) {
      const first = alarms.find((alarm) => alarm.fault?.id === fault.id);
      const kind = `${fault.kind}${fault.metric ? ` ${fault.metric}` : ""}`;
      const known = byKind[kind] ?? { part: 0, of: 0 };
      byKind[kind] = { part: known.part + (first ? 1 : 0), of: known.of + 1 };
      if (first) found += 1;
      if (!isHard(fault, shop)) continue;
      if (first) hardMinutes.push((first.at - fault.from) / MINUTE);
      else hardMissed += 1;
    }
  }
  const alarms = plugins.reduce((sum, plugin) => sum + plugin.alarms.length, 0);
  return {
    faults: plugins.reduce((sum, plugin) => sum + plugin.faults.length, 0),
    found,
    alarms,
    falseAlarms: Object.values(falseByRule).reduce((sum, count) => sum + count, 0),
    pluginWeeks: (plugins.length * lastMs) / WEEK,
    points: plugins.reduce((sum, { beats }) => sum + beats * METRICS, 0),
    hardMinutes,
    hardMissed,
    byKind,
    falseByRule,
  };
}
