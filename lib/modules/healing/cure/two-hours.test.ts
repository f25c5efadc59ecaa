import { expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { OPEN_POLICY } from "@/test/fixtures/permit-input";
import { isEnd, isLive } from "../action-table";
import { actionNamed } from "../catalogue";
import { decideHeal } from "../decide-heal";
import type { DecisionInput } from "../decision-types";
import type { HealAction, HealFacts, HealStep, OrderFact } from "../heal-facts";
import { nextStep } from "../next-step";
import { trialOf } from "./trial-of";

const TICK_SECONDS = 5;
const START = Date.parse("2026-01-01T12:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1_000);

interface Live {
  readonly key: string;
  readonly action: HealAction;
  readonly order: OrderFact | null;
  readonly begunAt: Date | null;
  readonly endedAt: Date | null;
}
interface Play {
  lives: Live[];
  isOpen: boolean;
  isOver: boolean;
  lastBadAt: Date;
}

const isInForce = ({ action: { state } }: Live) => state === "verifying" || state === "holding";

function inputOf({ lives, lastBadAt }: Play, now: Date): DecisionInput {
  const begunLastHour: Record<string, number> = {};
  const lastEnded: Record<string, string> = {};
  for (const { key, begunAt, endedAt } of lives) {
    if (begunAt && now.getTime() - begunAt.getTime() < 3_600_000) begunLastHour[key] = (begunLastHour[key] ?? 0) + 1;
    if (endedAt) lastEnded[key] = endedAt.toISOString();
  }
  const history = lives.map(({ key, action: { state, stateSince }, begunAt, endedAt }) => ({
    ...{ action: key, state, isBegun: begunAt !== null, episode: 0, endedAt: endedAt?.toISOString() ?? null },
    heldSince: state === "holding" ? stateSince.toISOString() : null,
  }));
  return {
    at: now.toISOString(),
    incident: {
      ...{
        id: "i",
        tenantId: PLATFORM_TENANT,
        type: "integration_down",
        severity: "high",
        codes: [],
        explain: "rates are dead",
        episode: 0,
      },
      ...{ openedAt: at(0).toISOString(), lastBadAt: lastBadAt.toISOString() },
    },
    module: {
      ...{ key: "rates", criticality: "standard", actions: ["open_circuit", "close_circuit", "degrade", "undegrade"], repairJobs: [] },
      ...{ hasSnapshot: false, isReachable: true, checks: [], versionSince: null },
      mode: lives.some((one) => one.key === "degrade" && isInForce(one)) ? "degraded" : "normal",
    },
    history,
    onModule: {
      ...{ isBusy: lives.some(({ action }) => isLive(action.state)), begunLastHour, lastEnded, failures: 0 },
      holding: lives.filter(({ action }) => action.state === "holding").map(({ key }) => key),
    },
    policy: OPEN_POLICY,
    switches: { killSwitch: false, safeMode: false, autoHealOff: [] },
  };
}

function factsOf(play: Play, one: Live, now: Date): HealFacts {
  const input = inputOf(play, now);
  const beats = Math.round((now.getTime() - START) / 1_000 / TICK_SECONDS);
  const trial = trialOf(input, one.key);
  return {
    ...{ switches: input.switches, order: one.order, isIncidentOver: play.isOver, lastBadAt: play.lastBadAt, otherBadAt: null },
    isModuleBusy: play.lives.some((other) => other !== one && isLive(other.action.state)),
    trial: { ...trial, canRetake: trial.canRetake && play.isOpen },
    cure: { beat: { at: now, beats, status: "ok", failing: [] }, isContained: true, clearedAt: null, measure: "bad", errorShare: null },
  };
}

function advance(one: Live, step: HealStep, now: Date): Live {
  const { action } = one;
  const order: OrderFact = { status: "queued", expiresAt: new Date(now.getTime() + 120_000), finishedAt: null, word: null, detail: "" };
  if (step.do === "wait") return one;
  if (step.do === "watch") return { ...one, action: { ...action, verification: step.verification } };
  if (step.do === "order") return { ...one, order, begunAt: now, action: { ...action, state: step.to, step: step.step, stateSince: now } };
  if (step.do === "revert")
    return { ...one, order, action: { ...action, state: "reverting", revertWhy: step.why, tries: step.tries, stateSince: now } };
  const verification = step.verification ?? action.verification;
  return { ...one, endedAt: isEnd(step.to) ? now : null, action: { ...action, state: step.to, verification, stateSince: now } };
}

function begin(play: Play, now: Date): void {
  if (!play.isOpen || play.isOver || play.lives.some(({ action }) => isLive(action.state))) return;
  const decision = decideHeal(inputOf(play, now));
  if (decision.do === "call") play.isOpen = false;
  if (decision.do !== "act" || decision.permit.kind !== "auto") return;
  const action: HealAction = {
    ...{ state: "proposed", entry: actionNamed(decision.action), step: 0, tries: 0, hasEffect: false, verification: null, revertWhy: null },
    ...{ baseline: { failing: [], errorShare: 1 }, isApproved: false, stateSince: now },
  };
  play.lives.push({ key: decision.action, action, order: null, begunAt: null, endedAt: null });
}

/**
 * Two hours of an integration that is dead until some second, under a module that obeys: the fault shows itself in every moment in which none of
 * what silences it is in force. Answers the share of the fault's time that was contained, counted from the first containment.
 */
function live(silencing: readonly string[], deadUntil: number) {
  const play: Play = { lives: [], isOpen: true, isOver: false, lastBadAt: at(0) };
  let [dead, contained, well] = [0, 0, 0];
  for (let seconds = 0; seconds <= 7_200; seconds += TICK_SECONDS) {
    const now = at(seconds);
    const isSilenced = play.lives.some((one) => silencing.includes(one.key) && isInForce(one));
    if (seconds < deadUntil && !isSilenced) play.lastBadAt = now;
    // Requests that succeed end an incident; a feature that is off has none.
    well = seconds < deadUntil || isSilenced ? 0 : well + TICK_SECONDS;
    play.isOver ||= well >= 60;
    if (seconds < deadUntil && play.lives.some(({ action }) => action.verification !== null)) {
      dead += 1;
      if (isSilenced) contained += 1;
    }
    const obey = ({ order }: Live) => order && { ...order, status: "done" as const, finishedAt: order.finishedAt ?? now };
    play.lives = play.lives.map((one) => ({ ...one, order: obey(one) }));
    for (const [n, one] of play.lives.entries()) play.lives[n] = advance(one, nextStep(one.action, factsOf(play, one, now), now), now);
    begin(play, now);
  }
  const states = play.lives.map(({ key, action }) => `${key} ${action.state}`);
  return { states, share: contained / dead, isOpen: play.isOpen };
}

test.each([
  ["the circuit alone keeps it silent", ["open_circuit"], 0.9],
  ["either does", ["open_circuit", "degrade"], 0.9],
  ["only fewer features do", ["degrade"], 0.85],
])("a fault that stays for two hours is contained nearly all the time, and never let go for good: %s", (_what, silencing, atLeast) => {
  const { states, share, isOpen } = live(silencing, 7_201);
  expect(states.length).toBeLessThanOrEqual(LIMITS.healsPerIncident);
  expect(states.filter((state) => silencing.some((key) => state === `${key} holding`)).length, states.join()).toBeGreaterThan(0);
  expect(share, states.join()).toBeGreaterThanOrEqual(atLeast);
  expect(isOpen, "whoever is on call knows that nothing is left to try").toBe(false);
});

test.each([["open_circuit"], ["degrade"]])("a fault of three minutes that %s keeps silent leaves nothing in force", (silencing) => {
  const { states } = live([silencing], 180);
  expect(states.length).toBeGreaterThan(0);
  expect(
    states.every((state) => state.endsWith(" done")),
    states.join(),
  ).toBe(true);
});
