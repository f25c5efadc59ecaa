import fc from "fast-check";
import { expect, test } from "vitest";
import { nextStep } from "@/lib/rollout/attempt-machine";
import type { AttemptCommand, AttemptFacts, AttemptState, Finish, Step } from "@/lib/rollout/attempt-state";
import { isCommitConfirmed } from "@/lib/rollout/attempt-state";
import type { HealthVerdict } from "@/lib/rollout/types";
import { ATTEMPT_PHASES } from "@/lib/rollout/types";
import { ATTEMPT, FACTS, ordered } from "@/test/fixtures/attempt";
import { at } from "@/test/fixtures/beat";

const OFF = { killSwitch: false, safeMode: false, autoHealOff: [] };
const figures = { reports: 0, sent: 0, failed: 0, failRate: null, baselineFailRate: null, excess: null };

/** A worker, an agent and the people around one attempt, in virtual time. */
interface World {
  attempt: AttemptState;
  facts: AttemptFacts;
  seconds: number;
  isKilled: boolean;
  end: Finish | null;
  readonly steps: Step["do"][];
}

const order = (world: World): AttemptCommand => ordered("pending", { createdAt: at(world.seconds), expiresAt: at(world.seconds + 1_800) });

function offer(command: AttemptCommand | null, world: World): AttemptCommand | null {
  return command?.status === "pending" ? { ...command, status: "offered", offeredAt: at(world.seconds) } : command;
}

type Answer = "applied" | "committed" | "failed";
function answer(world: World, which: "command" | "revertCommand", status: Answer, said: [string | null, boolean, string | null]): void {
  const command = world.attempt[which];
  if (command?.status !== "offered" && command?.status !== "applied") return;
  const [reason, rolledBack, runningVersion] = said;
  const appliedAt = status === "applied" ? (command.appliedAt ?? at(world.seconds)) : command.appliedAt;
  world.attempt = { ...world.attempt, [which]: { ...command, status, appliedAt, result: { reason, rolledBack, runningVersion } } };
}

const judge = (world: World, verdict: HealthVerdict | null) => {
  world.facts = { ...world.facts, verdict };
};
const switchTo = (world: World, killSwitch: boolean, safeMode: boolean) => {
  world.isKilled ||= killSwitch;
  world.facts = { ...world.facts, switches: { ...OFF, killSwitch: world.isKilled, safeMode } };
};

const EVENTS: Readonly<Record<string, (world: World) => void>> = {
  beat: (world) => {
    const { command, commitCommand, revertCommand } = world.attempt;
    world.attempt = {
      ...world.attempt,
      command: offer(command, world),
      commitCommand: offer(commitCommand, world),
      revertCommand: offer(revertCommand, world),
    };
  },
  reportsOld: (world) => {
    world.facts = {
      ...world.facts,
      lastReport: { at: at(world.seconds), runningVersion: "1.2.2", isNewBoot: world.attempt.command?.appliedAt != null },
    };
  },
  reportsNew: (world) => {
    world.facts = { ...world.facts, lastReport: { at: at(world.seconds), runningVersion: "1.2.3", isNewBoot: true } };
  },
  applies: (world) => answer(world, "command", "applied", [null, false, "1.2.3"]),
  refuses: (world) => answer(world, "command", "failed", ["refused:expired", false, "1.2.2"]),
  breaks: (world) => answer(world, "command", "failed", ["boot", false, "1.2.3"]),
  restores: (world) => answer(world, "command", "failed", ["crash loop", true, "1.2.2"]),
  commits: (world) => answer(world, "command", "committed", [null, false, "1.2.3"]),
  rollsBack: (world) => answer(world, "revertCommand", "committed", [null, false, "1.2.2"]),
  cannotRollBack: (world) => answer(world, "revertCommand", "failed", ["disk", false, null]),
  kill: (world) => switchTo(world, true, false),
  safeMode: (world) => switchTo(world, false, true),
  forgetsSwitches: (world) => {
    world.facts = { ...world.facts, switches: null };
  },
  cancel: (world) => {
    world.attempt = { ...world.attempt, isCancelRequested: true };
  },
  judgesGood: (world) => judge(world, { decision: "commit", inconclusive: false, reasons: ["fine"], figures }),
  judgesBad: (world) => judge(world, { decision: "rollback", isHarm: true, reasons: ["worse"], figures }),
  judgesUnsure: (world) => judge(world, { decision: "hold", until: at(world.seconds + 30), extend: false, reasons: ["so far"], figures }),
  cannotJudge: (world) => judge(world, null),
};

/** Does one step as the worker would; `passes` is what the sandbox would say. */
function act(world: World, passes: boolean): Step {
  const now = at(world.seconds);
  const step = nextStep(world.attempt, world.facts, now);
  world.steps.push(step.do);
  const isHeldBack = world.isKilled && world.attempt.method !== "rollback";
  if (isHeldBack) expect(["stage", "dispatch"], "nothing widens after the kill switch").not.toContain(step.do);
  if (step.do === "wait") expect(step.until.getTime()).toBeGreaterThan(now.getTime());
  if (step.do === "finish" && step.isWithdrawn && world.attempt.command?.status !== "pending") throw new Error("withdrew what was fetched");
  if (step.do === "finish") world.end = step;
  world.attempt = {
    ...world.attempt,
    phase: step.phase,
    ...(step.do === "stage" ? { stagingReport: { passed: passes } } : {}),
    ...(step.do === "dispatch" ? { command: order(world) } : {}),
    ...(step.do === "commit" ? { commitCommand: order(world) } : {}),
    ...(step.do === "revert" ? { revertCommand: order(world) } : {}),
  };
  return step;
}

interface History {
  readonly method: AttemptState["method"];
  readonly events: readonly { readonly name: string; readonly gapSeconds: number; readonly works: boolean }[];
  readonly passes: boolean;
}

function begin({ method, events, passes }: History): World {
  const attempt: AttemptState = { ...ATTEMPT, method, toVersion: method === "restart" ? null : "1.2.3" };
  const world: World = { attempt, facts: FACTS, seconds: 0, isKilled: false, end: null, steps: [] };
  for (const { name, gapSeconds, works } of events) {
    if (world.end) break;
    world.seconds += gapSeconds;
    EVENTS[name]?.(world);
    if (works) act(world, passes);
  }
  return world;
}

/** From here on nobody says anything any more: only time passes. */
function live(history: History): World {
  const world = begin(history);
  for (let count = 0; count < 5_000 && world.attempt.phase !== "done"; count += 1) {
    const step = act(world, history.passes);
    if (step.do === "wait") world.seconds = Math.ceil((step.until.getTime() - at(0).getTime()) / 1_000);
  }
  return world;
}

/** Half of the histories are any mess of events, half begin as an attempt usually does, so that the late phases are reached. */
const event = fc.record({ name: fc.constantFrom(...Object.keys(EVENTS)), gapSeconds: fc.nat(120), works: fc.boolean() });
const usual = ["beat", "beat", "beat", "applies", "judgesGood", "judgesGood"].map((name) => ({ name, gapSeconds: 1, works: true }));
const history: fc.Arbitrary<History> = fc.record({
  method: fc.constantFrom("update", "update", "config_update", "rollback", "restart", "isolate"),
  events: fc
    .tuple(fc.nat(usual.length), fc.array(event, { maxLength: 25 }))
    .map(([length, events]) => [...usual.slice(0, length), ...events]),
  passes: fc.boolean(),
});

test("every history ends, exactly once, and stays ended", () => {
  fc.assert(
    fc.property(history, (given) => {
      const world = live(given);
      expect(world.end).not.toBeNull();
      expect(world.steps.filter((step) => step === "finish")).toHaveLength(1);
      for (const wake of Object.values(EVENTS)) {
        wake(world);
        expect(nextStep(world.attempt, world.facts, at(world.seconds + 9)).do).toBe("rest");
      }
    }),
    { numRuns: 1_500 },
  );
});

test("each thing is ordered at most once, and each end is backed by what the agent said or what runs", () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(history, (given) => {
      const { attempt, facts, steps, end } = live(given);
      for (const once of ["dispatch", "commit", "revert"]) expect(steps.filter((step) => step === once).length).toBeLessThanOrEqual(1);
      ends.add(`${end?.status}${end?.needsPerson ? ", needs a person" : ""}`);
      if (end?.status === "success") {
        expect(attempt.command?.status).toBe("committed");
        if (isCommitConfirmed(attempt)) expect(attempt.commitCommand).not.toBeNull();
      }
      if (end?.status === "cancelled") expect(attempt.command?.offeredAt ?? null).toBeNull();
      if (end?.status === "rolled_back") {
        const isSaid = attempt.command?.result?.rolledBack === true || attempt.revertCommand?.status === "committed";
        const untouched =
          attempt.command?.result?.runningVersion === "1.2.2" || attempt.command?.result?.reason?.startsWith("refused:") === true;
        expect(isSaid || untouched || facts.lastReport?.runningVersion === "1.2.2").toBe(true);
      }
    }),
    { numRuns: 1_500 },
  );
  expect([...ends].sort()).toEqual(["cancelled", "failed", "failed, needs a person", "rolled_back", "success"]);
});

test("a worker that takes over decides by what exists, whatever phase the dead one had stored", () => {
  fc.assert(
    fc.property(history, (given) => {
      const { attempt, facts, seconds } = begin(given);
      fc.pre(attempt.phase !== "done");
      const decisions = ATTEMPT_PHASES.filter((phase) => phase !== "done").map((phase) => {
        const step = nextStep({ ...attempt, phase }, facts, at(seconds));
        return step.do === "wait" ? { ...step, phase: "any" } : step;
      });
      for (const decision of decisions) expect(decision).toEqual(decisions[0]);
    }),
  );
});
