import type { Arm } from "@/lib/simulator/arms/arm";
import { forget, newFleet } from "@/lib/simulator/arms/arm-fleet";
import type { Played } from "@/lib/simulator/arms/play-alarm";
import { playAlarm, WATCH_MS } from "@/lib/simulator/arms/play-alarm";
import { logNormal } from "@/lib/simulator/chance/draws";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import type { MatchedAlarm } from "@/lib/simulator/trace/match-alarms";
import type { Shop } from "@/lib/simulator/world/shop";
import { HEALING } from "@/lib/simulator/world/world-parameters";

/** When the trouble behind a decision is over in this arm's world: at once when it was mended, else when a person has mended it. */
function overAt(seed: number, played: Played): number {
  const { alarm, truth, endedAt, choice } = played;
  if (truth === "fixed") return endedAt;
  if (choice.action === "none") return Number.POSITIVE_INFINITY;
  const next = randomStream(seed, "person", alarm.incidentId, alarm.reopenedCount);
  return endedAt + logNormal(next, ...HEALING.personSeconds) * 1_000;
}

/**
 * Plays a whole run for one arm: alarm by alarm in the order of time, what came of decisions told when it is known.
 *
 * @param alarms  of all plugins, in the order of time, from the shared trace
 */
export function playArm(seed: number, arm: Arm, shops: readonly Shop[], alarms: readonly MatchedAlarm[]): Played[] {
  const fleet = newFleet(seed, shops.length);
  const byPlugin = shops.map(({ plugin }) => alarms.filter((alarm) => alarm.plugin === plugin));
  const over = new Map<number, number>();
  const pending: Played[] = [];
  const all: Played[] = [];
  for (const alarm of alarms) {
    // What was mended before does not raise this alarm in the arm's world.
    if (alarm.fault && (over.get(alarm.fault.id) ?? Number.POSITIVE_INFINITY) <= alarm.at) continue;
    forget(fleet, alarm.at);
    pending.sort((a, b) => a.endedAt - b.endedAt);
    for (let first = pending[0]; first && first.endedAt + WATCH_MS <= alarm.at; first = pending[0]) {
      pending.shift();
      arm.learn(first.dilemma, first.choice, first.seen, first.endedAt + WATCH_MS);
    }
    const played = playAlarm(alarm, { seed, arm, fleet, shops, alarmsOf: (plugin) => byPlugin[plugin] ?? [] });
    all.push(played);
    const until = Math.min(overAt(seed, played), Math.max(alarm.closedAt, played.endedAt));
    fleet.open.push({ plugin: alarm.plugin, type: alarm.finding.type, from: alarm.at, until });
    if (alarm.fault) over.set(alarm.fault.id, Math.min(over.get(alarm.fault.id) ?? Number.POSITIVE_INFINITY, overAt(seed, played)));
    const isCarriedOut = played.permit === "auto" || played.permit === "approval";
    if (isCarriedOut) pending.push(played);
  }
  return all;
}
