import { canaryRulesOf } from "@/lib/rollout/canary/judge-canary";
import type { CanaryRun, CanaryWorld } from "@/lib/rollout/canary/testing/simulate-canary";
import { CALM_FLEET, simulateCanary } from "@/lib/rollout/canary/testing/simulate-canary";

/** What is played: how many runs, in which world, against which tolerance. */
interface Scenario {
  readonly name: string;
  readonly runs: number;
  readonly world: CanaryWorld;
  readonly tolerance: number;
}

const TEXTBOOK = {
  ...CALM_FLEET,
  isTextbook: true,
  burstChance: 0,
  outageChance: 0,
  eventsPerRound: 1,
  canaries: 20,
  controls: 20,
  rounds: 200,
  bakeRounds: 1_000,
};

const SCENARIOS: readonly Scenario[] = [
  { name: "harmless, watched to the end", runs: 2_000, world: { ...CALM_FLEET, bakeRounds: 1_000 }, tolerance: 0.1 },
  { name: "harmless, unlike shops", runs: 500, world: { ...CALM_FLEET, bakeRounds: 1_000, spread: 20 }, tolerance: 0.1 },
  { name: "harmless, ten times the bursts", runs: 500, world: { ...CALM_FLEET, bakeRounds: 1_000, burstChance: 0.01 }, tolerance: 0.1 },
  { name: "five times worse", runs: 2_000, world: { ...CALM_FLEET, harm: 5 }, tolerance: 0.1 },
  { name: "totally broken", runs: 500, world: { ...CALM_FLEET, harm: 50 }, tolerance: 0.1 },
  { name: "harmless, wave 1 may commit", runs: 500, world: CALM_FLEET, tolerance: 0.1 },
  { name: "harmless, wave 2 may commit", runs: 200, world: { ...CALM_FLEET, canaries: 12, controls: 48 }, tolerance: 0.05 },
  { name: "harmless, wave 3 may commit", runs: 100, world: { ...CALM_FLEET, canaries: 30, controls: 30, rounds: 200 }, tolerance: 0.02 },
  { name: "textbook, 2 to 10 %", runs: 300, world: { ...TEXTBOOK, harm: 5 }, tolerance: 0.1 },
  { name: "textbook, all fail", runs: 300, world: { ...TEXTBOOK, harm: 50 }, tolerance: 0.1 },
];

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

function shareOf(runs: readonly CanaryRun[], decision: CanaryRun["decision"]): number {
  return runs.filter((run) => run.decision === decision).length / runs.length;
}

const { SEED = "1", SHARE = "1", ONLY = "" } = process.env;
for (const { name, runs: whole, world, tolerance } of SCENARIOS.filter((scenario) => scenario.name.includes(ONLY))) {
  const started = performance.now();
  const count = Math.ceil(whole * Number(SHARE));
  const rules = canaryRulesOf(tolerance, world.canaries);
  const runs = Array.from({ length: count }, (_, index) => simulateCanary(world, rules, Number(SEED) * 1_000_003 + index));
  const events = runs.flatMap((run) => (run.decision === "rollback" ? run.events : [])).toSorted((a, b) => a - b);
  console.log(
    JSON.stringify({
      name,
      runs: count,
      rollback: shareOf(runs, "rollback"),
      hold: shareOf(runs, "hold"),
      commit: shareOf(runs, "commit"),
      canary_events_to_rollback: { median: quantile(events, 0.5), p95: quantile(events, 0.95) },
      seconds: Math.round((performance.now() - started) / 1_000),
    }),
  );
}
