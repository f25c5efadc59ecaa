import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_CANARY } from "@/lib/rollout/canary/canary-state";
import { canaryRulesOf, judgeCanary } from "@/lib/rollout/canary/judge-canary";
import { judgeEnds } from "./judge-ends";
import { nextMove, type RolloutFacts } from "./next-move";
import { DEFAULT_WAVES } from "./plan-waves";

const NOTHING = judgeCanary(EMPTY_CANARY, canaryRulesOf(0.1, 5));
const verdict = (decision: "commit" | "rollback" | "hold", reasons: readonly never[] = []) => ({ ...NOTHING, decision, reasons });
const day = (count: number) => new Date(Date.UTC(2026, 10, 1 + count));

/** A first wave of five, all of them proven and baked. */
const PROVEN: RolloutFacts = {
  now: day(8),
  rule: DEFAULT_WAVES[0]!,
  waveStartedAt: day(0),
  isFirstWave: true,
  isLastWave: false,
  isNextTheLast: false,
  members: 5,
  startable: 0,
  heldBack: [],
  inFlight: 0,
  room: 4,
  blockers: [],
  verdict: verdict("commit"),
  ends: judgeEnds({ kept: 5, harmed: 0 }),
  attempts: { ended: 5, rolledBack: 0 },
};

test.each<{ what: Partial<RolloutFacts>; does: string; waitsFor?: readonly string[]; count?: number; why: string }>([
  { what: {}, does: "widen", why: "baked, judged, calm" },
  { what: { now: day(6) }, does: "hold", waitsFor: ["bake_time"], why: "not baked" },
  { what: { verdict: verdict("hold") }, does: "hold", waitsFor: ["verdict"], why: "a held wave never widens" },
  { what: { verdict: null }, does: "hold", waitsFor: ["verdict"], why: "no data is hold" },
  {
    what: { ends: judgeEnds({ kept: 3, harmed: 2 }), attempts: { ended: 5, rolledBack: 2 } },
    does: "hold",
    waitsFor: ["suspicion"],
    why: "two of five had to go back, whatever the webhooks of the other three say",
  },
  {
    what: { ends: judgeEnds({ kept: 4, harmed: 1 }), attempts: { ended: 5, rolledBack: 1 } },
    does: "widen",
    why: "one of five may be the shop's own trouble",
  },
  { what: { verdict: verdict("rollback") }, does: "recall", why: "the judge has shown harm" },
  { what: { ends: judgeEnds({ kept: 0, harmed: 2 }) }, does: "recall", why: "two shops had to go back" },
  { what: { verdict: verdict("rollback"), blockers: ["kill_switch"] }, does: "recall", why: "no switch holds what goes toward safety" },
  { what: { blockers: ["storm"] }, does: "hold", waitsFor: ["storm"], why: "a storm stops remediation" },
  { what: { startable: 3, room: 1 }, does: "start", count: 1, why: "as many as there is room for" },
  { what: { startable: 1, room: 4 }, does: "start", count: 1, why: "no more than there are" },
  { what: { startable: 3, room: 0, inFlight: 1 }, does: "hold", waitsFor: ["attempts"], why: "the first one tries it alone" },
  { what: { startable: 3, room: 0 }, does: "hold", waitsFor: ["room"], why: "others are trying it" },
  {
    what: { startable: 3, ends: judgeEnds({ kept: 0, harmed: 1 }), inFlight: 1, room: 3 },
    does: "hold",
    waitsFor: ["attempts"],
    why: "under suspicion one at a time",
  },
  { what: { startable: 3, ends: judgeEnds({ kept: 0, harmed: 1 }) }, does: "start", count: 1, why: "under suspicion one at a time" },
  { what: { inFlight: 2 }, does: "hold", waitsFor: ["attempts"], why: "not before they have ended" },
  { what: { members: 0 }, does: "hold", waitsFor: ["members"], why: "a first wave without anybody proves nothing" },
  { what: { members: 0, isFirstWave: false }, does: "widen", why: "an earlier wave reached further already" },
  { what: { isLastWave: true }, does: "complete", why: "everybody who can be reached has it" },
  {
    what: { isLastWave: true, heldBack: ["window", "freeze"] },
    does: "hold",
    waitsFor: ["window", "freeze"],
    why: "who is held back by its hours or a freeze is still to have it",
  },
  {
    what: { isLastWave: true, heldBack: ["attempts"] },
    does: "hold",
    waitsFor: ["attempts"],
    why: "who rests before another try is waited for",
  },
  { what: { isLastWave: true, heldBack: ["safe_mode"] }, does: "complete", why: "one shop's own switch keeps nobody waiting" },
  { what: { isLastWave: true, heldBack: ["window"], startable: 1 }, does: "start", count: 1, why: "nobody waits for another's hours" },
  { what: { isLastWave: true, heldBack: ["window"], inFlight: 1 }, does: "hold", waitsFor: ["attempts"], why: "attempts end first" },
  { what: { heldBack: ["window"] }, does: "widen", why: "a proven wave widens without who is held back" },
  { what: { isLastWave: true, startable: 2 }, does: "start", count: 2, why: "some are left" },
  {
    what: { isNextTheLast: true, attempts: { ended: 100, rolledBack: 2 } },
    does: "hold",
    waitsFor: ["rollback_rate"],
    why: "2 % were rolled back",
  },
])("$what -> $does ($why)", ({ what, does, waitsFor, count }) => {
  const move = nextMove({ ...PROVEN, ...what });
  expect(move).toMatchObject({ do: does, ...(waitsFor ? { waitsFor } : {}), ...(count === undefined ? {} : { count }) });
});

test("whatever else is true: nothing begins or widens while something stops it, and never more than there is room for", () => {
  const some = fc.record({
    startable: fc.nat(50),
    room: fc.nat(20),
    inFlight: fc.nat(9),
    kept: fc.nat(40),
    harmed: fc.nat(3),
    isBlocked: fc.boolean(),
  });
  fc.assert(
    fc.property(some, ({ startable, room, inFlight, kept, harmed, isBlocked }) => {
      const ends = judgeEnds({ kept, harmed });
      const move = nextMove({ ...PROVEN, startable, room, inFlight, ends, blockers: isBlocked ? ["safe_mode"] : [] });
      if (isBlocked) expect(["hold", "recall"]).toContain(move.do);
      if (move.do !== "start") return;
      expect(move.count).toBeLessThanOrEqual(room);
      if (ends.decision === "suspicious") expect(move.count + inFlight).toBe(1);
    }),
  );
});
