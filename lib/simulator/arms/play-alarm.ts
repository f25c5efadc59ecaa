import { LIMITS } from "@/lib/platform/limits";
import type { PermitKind } from "@/lib/policy/types";
import type { Arm, ArmChoice, Dilemma, SeenOutcome } from "@/lib/simulator/arms/arm";
import type { ArmFleet } from "@/lib/simulator/arms/arm-fleet";
import { recordOf } from "@/lib/simulator/arms/arm-fleet";
import { dilemmaOf, permitOf } from "@/lib/simulator/arms/dilemma-of";
import { FLEET_POLICY } from "@/lib/simulator/arms/fleet-policy";
import type { PatchTrial, PatchTruth } from "@/lib/simulator/arms/patch-trial";
import { tryPatch } from "@/lib/simulator/arms/patch-trial";
import { logNormal } from "@/lib/simulator/chance/draws";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import type { MatchedAlarm } from "@/lib/simulator/trace/match-alarms";
import type { HiddenCause } from "@/lib/simulator/world/action-table";
import { effectOf, worthOf } from "@/lib/simulator/world/action-table";
import type { Shop } from "@/lib/simulator/world/shop";
import { HEALING, WORLD } from "@/lib/simulator/world/world-parameters";

/** One decision with everything that came of it; times in milliseconds since the run began. */
export interface Played {
  readonly alarm: MatchedAlarm;
  readonly cause: HiddenCause;
  readonly choice: ArmChoice;
  readonly permit: PermitKind;
  /** Expected worth of what was proposed, and of the best that was possible. */
  readonly worth: number;
  readonly bestWorth: number;
  readonly truth: PatchTruth;
  readonly trial: PatchTrial | null;
  readonly seen: SeenOutcome;
  readonly endedAt: number;
  readonly dilemma: Dilemma;
}

const SECOND = 1_000;
/** A label is final once the trouble had an hour to come back (LIMITS.recurrenceSeconds). */
export const WATCH_MS = LIMITS.recurrenceSeconds * SECOND;

/** When the agent fetches a command: at its next beat; the one that raised the alarm has gone, the later ones come fast. */
function fetchedAt(readyAt: number, alarmAt: number): number {
  const first = alarmAt + WORLD.beatMs;
  if (readyAt <= first) return first;
  const fast = LIMITS.heartbeatProbationSeconds * SECOND;
  return first + Math.ceil((readyAt - first) / fast) * fast;
}

/** What the action really does; the same throw of the dice for every arm. */
function truthOf(seed: number, alarm: MatchedAlarm, cause: HiddenCause, action: ArmChoice["action"]): PatchTruth {
  const { fixed, worse } = effectOf(cause, action, alarm.at);
  const dice = randomStream(seed, "effect", alarm.incidentId, alarm.reopenedCount)();
  return dice < fixed ? "fixed" : dice >= 1 - worse ? "worse" : "nothing";
}

/** What Center sees of an action that did not end the trouble: in the untreated world it either goes on, or comes back, or is over. */
function seenWithoutEffect(alarm: MatchedAlarm, endedAt: number, later: readonly MatchedAlarm[]): SeenOutcome {
  if (alarm.closedAt > endedAt + 3 * LIMITS.heartbeatProbationSeconds * SECOND) return "not_fixed";
  const again = later.some((other) => other.incidentId === alarm.incidentId && other.at > endedAt && other.at <= endedAt + WATCH_MS);
  return again ? "recurred" : "fixed";
}

function seenOf(action: ArmChoice["action"], truth: PatchTruth, trial: PatchTrial | null, withoutEffect: () => SeenOutcome): SeenOutcome {
  // Whoever only tells people, or waits, is asked when the watch has passed whether the trouble was over: the very thing the table says.
  if (action === "notify" || action === "none") return truth === "fixed" ? "fixed" : "not_fixed";
  if (trial && trial.verdict !== "commit") return trial.sawHarm ? "made_worse" : "inconclusive";
  if (truth === "fixed") return trial?.isInconclusive ? "inconclusive" : "fixed";
  return truth === "worse" && !trial ? "made_worse" : withoutEffect();
}

/** Everything about a run that an alarm is played in. */
export interface Stage {
  readonly seed: number;
  readonly arm: Arm;
  readonly fleet: ArmFleet;
  readonly shops: readonly Shop[];
  /** Alarms of the same plugin, all of them. */
  readonly alarmsOf: (plugin: number) => readonly MatchedAlarm[];
}

/** Notes in the arm's own world what an action did to versions and records. */
function note(fleet: ArmFleet, alarm: MatchedAlarm, choice: ArmChoice, played: Played): void {
  const { plugin, at } = alarm;
  if (choice.action === "none" || choice.action === "notify") return;
  fleet.attempts.push({ plugin, at, action: choice.action, worked: played.seen === "fixed" });
  const { running_version: running } = played.dilemma.request.incident;
  const lastGood = played.dilemma.request.context.last_good_version;
  if (choice.action === "rollback" && lastGood !== null) fleet.versions.set(plugin, { running: lastGood, lastGood: null });
  if (choice.patchVersion === null || !played.trial) return;
  const record = recordOf(fleet, choice.patchVersion);
  record.inFlight.push({ from: at, until: played.endedAt });
  if (played.trial.verdict === "commit") {
    record.succeeded += 1;
    fleet.versions.set(plugin, { running: choice.patchVersion, lastGood: running });
  } else {
    record.failed += 1;
    record.failedAt.add(plugin);
  }
}

/** Lets an arm decide one alarm, policy permit it, and the world answer. */
export function playAlarm(alarm: MatchedAlarm, { seed, arm, fleet, shops, alarmsOf }: Stage): Played {
  const dilemma = dilemmaOf(alarm, fleet);
  const cause: HiddenCause = alarm.fault?.kind ?? "healthy";
  const choice = arm.decide(dilemma, cause);
  const { kind } = permitOf(choice, dilemma, fleet, alarm.plugin);
  const next = randomStream(seed, "healing", alarm.incidentId, alarm.reopenedCount, choice.action);
  const isCarriedOut = kind === "auto" || kind === "approval";
  const action = isCarriedOut ? choice.action : "notify";
  const truth = truthOf(seed, alarm, cause, action);
  const approvedAt =
    alarm.at + HEALING.decideSeconds * SECOND + (kind === "approval" ? logNormal(next, ...HEALING.approveSeconds) * SECOND : 0);

  let endedAt = approvedAt;
  let trial: PatchTrial | null = null;
  const shop = shops[alarm.plugin];
  if (action === "patch" && shop) {
    const fetched = fetchedAt(approvedAt + logNormal(next, ...HEALING.rehearseSeconds) * SECOND, alarm.at);
    const appliedAt = fetched + logNormal(next, ...HEALING.applySeconds) * SECOND;
    trial = tryPatch(
      {
        shop,
        fault: alarm.fault && alarm.fault.until > appliedAt ? alarm.fault : null,
        truth,
        recent: alarm.recent,
        toVersion: choice.patchVersion ?? "1.0.0",
        appliedAt,
        healthSeconds: FLEET_POLICY.health_check_seconds,
        rollbackErrorThreshold: FLEET_POLICY.rollback_error_threshold,
      },
      next,
    );
    // The commit travels in the next beat, and three clean beats close the incident.
    endedAt = appliedAt + (trial.seconds + LIMITS.heartbeatProbationSeconds * (1 + LIMITS.clearBeats)) * SECOND;
  } else if (action === "notify") {
    endedAt += logNormal(next, ...HEALING.personSeconds) * SECOND;
  } else if (action !== "none") {
    const carriedOut = fetchedAt(approvedAt, alarm.at) + logNormal(next, ...HEALING.restartSeconds) * SECOND;
    endedAt = carriedOut + LIMITS.heartbeatProbationSeconds * (1 + LIMITS.clearBeats) * SECOND;
  }
  const seen = seenOf(action, truth, trial, () => seenWithoutEffect(alarm, endedAt, alarmsOf(alarm.plugin)));
  const worth = worthOf(cause, choice.action, alarm.at);
  const bestWorth = Math.max(...dilemma.possible.map((each) => worthOf(cause, each, alarm.at)));
  const played = { alarm, cause, choice, permit: kind, worth, bestWorth, truth, trial, seen, endedAt, dilemma };
  if (isCarriedOut) note(fleet, alarm, choice, played);
  return played;
}
