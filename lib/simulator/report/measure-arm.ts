import { severityRank } from "@/lib/kernel/severity";
import type { Played } from "@/lib/simulator/arms/play-alarm";
import { binsOf } from "@/lib/simulator/report/calibration";
import { lookAlikesOf } from "@/lib/simulator/report/regret-parts";
import type { ArmResult } from "@/lib/simulator/report/seed-result";
import { MINUTE } from "@/lib/simulator/world/world-parameters";

function countsOf(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function worthOf(played: readonly Played[]): { own: number; best: number } {
  return played.reduce((sum, { worth, bestWorth }) => ({ own: sum.own + worth, best: sum.best + bestWorth }), { own: 0, best: 0 });
}

function patchesOf(played: readonly Played[]): ArmResult["patches"] {
  const tried = played.flatMap((each) => (each.trial ? [{ truth: each.truth, seen: each.seen, verdict: each.trial.verdict }] : []));
  const committed = tried.filter(({ verdict }) => verdict === "commit");
  // What the incident's own rules still find when the attempt ends is counted as not fixed, and handed to a person: not kept.
  const kept = committed.filter(({ seen }) => seen !== "not_fixed");
  const harmful = tried.filter(({ truth }) => truth === "worse");
  return {
    attempts: tried.length,
    committed: committed.length,
    kept: kept.length,
    keptFixed: kept.filter(({ truth }) => truth === "fixed").length,
    notFixed: committed.length - kept.length,
    goodRolledBack: tried.filter(({ truth, verdict }) => truth === "fixed" && verdict !== "commit").length,
    harmful: harmful.length,
    harmfulCaught: harmful.filter(({ verdict, seen }) => verdict !== "commit" || seen === "not_fixed").length,
  };
}

const CHANGES = new Set(["restart", "patch", "rollback", "isolate", "config_update"]);

function isMinorFix({ alarm, permit, choice, truth, seen }: Played): boolean {
  const isMinor = severityRank(alarm.severity) <= severityRank("medium");
  return isMinor && alarm.fault !== null && permit === "auto" && CHANGES.has(choice.action) && truth === "fixed" && seen === "fixed";
}

/** Counts what an arm's decisions came to. @param lastMs  length of the run */
export function measureArm(name: string, played: readonly Played[], lastMs: number): ArmResult {
  const confident = played.flatMap(({ choice, permit, truth }) => {
    const isCarriedOut = permit === "auto" || permit === "approval";
    return choice.confidence !== null && isCarriedOut ? [{ confidence: choice.confidence, isRight: truth === "fixed" }] : [];
  });
  const late = played.filter(({ alarm }) => alarm.at >= lastMs * 0.75);
  const causes = [...new Set(late.map(({ cause }) => cause))].toSorted();
  return {
    name,
    decisions: played.length,
    bins: binsOf(confident),
    worth: worthOf(played),
    lastQuarter: worthOf(late),
    lastQuarterByCause: Object.fromEntries(
      causes.map((cause) => {
        const own = late.filter((each) => each.cause === cause);
        return [cause, { ...worthOf(own), n: own.length }];
      }),
    ),
    lastQuarterByLook: lookAlikesOf(late),
    actions: countsOf(played.map(({ choice }) => choice.action)),
    permits: countsOf(played.map(({ permit }) => permit)),
    patches: patchesOf(played),
    minorFixMinutes: played.filter(isMinorFix).map(({ alarm, endedAt }) => (endedAt - alarm.at) / MINUTE),
  };
}
