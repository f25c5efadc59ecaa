import { LIMITS } from "@/lib/platform/limits";
import { type CanaryState, type CanaryStep, observeCanary } from "../../canary/canary-state";
import { type CanaryVerdict, canaryRulesOf, judgeCanary } from "../../canary/judge-canary";
import { withinBudget } from "../../waves/blast-budget";
import { judgeEnds } from "../../waves/judge-ends";
import { memberGate, settleMember } from "../../waves/member-gate";
import { type Move, nextMove } from "../../waves/next-move";
import { waveOfLateJoiner } from "../../waves/plan-waves";
import type { MemberState, WaitsFor } from "../../waves/rollout-types";
import { roomInFlight } from "../../waves/room-in-flight";
import { saysNothing } from "../../waves/says-nothing";
import type { LoadedMember, LoadedRollout } from "./load-rollout";

interface Settled {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly from: MemberState;
  readonly state: MemberState;
  readonly why: string | null;
}

/** What one round comes to. */
export interface Round {
  readonly move: Move;
  readonly starting: readonly { readonly tenantId: string; readonly pluginId: string }[];
  readonly settled: readonly Settled[];
  readonly counted: { readonly until: Date; readonly canary: CanaryState; readonly verdict: CanaryVerdict } | null;
  readonly waveOfJoiners: number;
  /** Whether anything is to be written down. */
  readonly isNews: boolean;
}

/** Members whose attempts have ended, and those for whom a rollout has nothing to do. */
function settle(members: readonly LoadedMember[], loaded: LoadedRollout, now: Date) {
  const { row, policy, impact } = loaded;
  const isLastWave = row.wave === row.rules.length - 1;
  const settled: Settled[] = [];
  const ready: LoadedMember[] = [];
  const heldBack = new Set<WaitsFor>();
  const leftovers: Settled[] = [];
  for (const member of members) {
    const { tenantId, pluginId, state: from } = member;
    if (member.ended) {
      const { status, end_reason, revert_reason, refusal, needs_person, health, called_back, fetched } = member.ended;
      const end = {
        reason: revert_reason ?? end_reason ?? "",
        refusal,
        needsPerson: needs_person === true,
        isCalledBack: called_back,
        isUnfetched: !fetched,
        isUnproven: status === "rolled_back" && saysNothing(health, end_reason ?? ""),
      };
      settled.push({ tenantId, pluginId, from, ...settleMember({ status: status ?? "failed", tries: member.tries, ...end }) });
    } else if (from === "planned") {
      const gate = memberGate(member.facts, {
        version: row.version,
        impact,
        attemptsPerDay: policy?.attempts_per_plugin_per_day ?? 0,
        now,
      });
      if (gate.do === "settle") settled.push({ tenantId, pluginId, from, state: gate.state, why: gate.why });
      if (gate.do === "start" && member.wave <= row.wave) ready.push(member);
      // A completed rollout waits for nobody and names nobody again.
      if (gate.do !== "wait" || row.state === "completed" || !(isLastWave || member.wave === row.wave)) continue;
      const isClosed = gate.for === "window" || gate.for === "freeze";
      const opening = isLastWave && isClosed ? loaded.openingOf(tenantId) : null;
      const isTooLate = opening?.isSoon === false;
      const why = isTooLate ? `${gate.why}: it does not open before ${opening.notBefore.toISOString()}` : gate.why;
      leftovers.push({ tenantId, pluginId, from, state: from, why });
      // Who opens too late keeps nobody waiting: it is named when the rollout ends, and has its turn as a latecomer.
      if (gate.for && !isTooLate) heldBack.add(gate.for);
    }
  }
  return { settled, ready, heldBack: [...heldBack], leftovers };
}

function stateAfter(member: LoadedMember, settled: ReadonlyMap<string, Settled>): MemberState {
  return settled.get(member.pluginId)?.state ?? member.state;
}

/** The verdict over all that was counted, the newest beats included. */
function judge(loaded: LoadedRollout, news: { steps: readonly CanaryStep[]; until: Date } | null) {
  const { wave, row, members } = loaded;
  const rule = row.rules[row.wave];
  if (!wave || !rule || !news) return null;
  const canary = news.steps.reduce(observeCanary, wave.canary);
  // Whoever refused it can show nothing about it: a small wave must not wait for their webhooks.
  const own = members.filter(({ wave: of, state }) => of === row.wave && state !== "left_out" && state !== "refused").length;
  return { until: news.until, canary, verdict: judgeCanary(canary, canaryRulesOf(rule.tolerance, Math.max(1, own))) };
}

/** Whether counters are worth a transaction: a verdict changed, or enough time has passed since they were written. */
function isWorthStoring({ wave }: LoadedRollout, counted: Round["counted"], news: { steps: readonly CanaryStep[] } | null): boolean {
  if (!wave || !counted || !news || news.steps.length === 0) return false;
  const isOverdue = counted.until.getTime() - wave.countedUntil.getTime() >= LIMITS.rolloutCountSeconds * 1_000;
  return isOverdue || counted.verdict.decision !== wave.verdict?.decision;
}

/**
 * Decides one round of a rollout from all that was read: who has ended, what the judge says, what follows, and who begins.
 *
 * The verdict of the newest beats counts at once, also where their counters are written down only later: they are then counted
 * again from the stored position, and come to the same.
 */
export function decideRound(loaded: LoadedRollout, news: { steps: readonly CanaryStep[]; until: Date } | null, now: Date): Round {
  const { row, wave, members, flight, blockers, joiners } = loaded;
  const last = row.rules.length - 1;
  const { settled, ready, heldBack, leftovers } = settle(members, loaded, now);
  const byPlugin = new Map(settled.map((each) => [each.pluginId, each]));
  const count = (...states: MemberState[]) => members.filter((member) => states.includes(stateAfter(member, byPlugin))).length;
  const harmed = count("rolled_back");
  const live = members.filter(({ isLive }) => isLive);
  const counted = judge(loaded, news);
  const budget = { merchants: LIMITS.rolloutInFlight, paymentShare: LIMITS.rolloutPaymentShare };
  const asItems = (some: readonly LoadedMember[]) => some.map((member) => ({ ...member, paymentShare: member.facts.paymentShare }));
  const fitting = withinBudget(asItems(live), asItems(ready), budget);
  const room =
    Math.min(roomInFlight(flight.proven), LIMITS.rolloutInFlight, flight.inFlight + LIMITS.rolloutStartsAtOnce) - flight.inFlight;
  const rule = row.rules[row.wave] ?? row.rules[last];
  if (!rule || !wave) throw new RangeError("a rollout that runs has a wave");
  const move = nextMove({
    now,
    rule,
    waveStartedAt: wave.startedAt,
    isFirstWave: row.wave === 0,
    isLastWave: row.wave === last,
    isNextTheLast: row.wave === last - 1,
    members: members.filter((member) => member.wave === row.wave).length,
    startable: fitting.length,
    heldBack,
    inFlight: live.length,
    room,
    blockers,
    verdict: counted?.verdict ?? wave.verdict,
    ends: judgeEnds({ kept: count("proven"), harmed }),
    attempts: { ended: count("proven", "rolled_back"), rolledBack: harmed },
  });
  const starting = move.do === "start" ? fitting.slice(0, move.count).map(({ tenantId, pluginId }) => ({ tenantId, pluginId })) : [];
  const proven = Array.from({ length: row.state === "completed" ? row.rules.length : row.wave }, (_, index) => index);
  const waits = move.do === "hold" ? move.waitsFor : [];
  const stateNow = move.do === "hold" && !move.isBusy ? "holding" : "running";
  const isMoved = move.do === "widen" || move.do === "complete" || stateNow !== row.state || waits.join() !== row.waitsFor.join();
  return {
    move,
    starting,
    settled: move.do === "complete" ? [...settled, ...leftovers] : settled,
    counted: isWorthStoring(loaded, counted, news) || move.do === "recall" || move.do === "widen" ? counted : null,
    waveOfJoiners: waveOfLateJoiner(proven) ?? Math.min(row.wave + 1, last),
    isNews: (row.state !== "completed" && (isMoved || isWorthStoring(loaded, counted, news))) || settled.length > 0 || joiners.length > 0,
  };
}
