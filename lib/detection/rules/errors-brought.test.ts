import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { couldFire } from "@/lib/detection/could-fire";
import { evaluateRules } from "@/lib/detection/evaluate-rules";
import { ErrorsBrought } from "@/lib/detection/rules/errors-brought";
import { at, beat, windowOf } from "@/test/fixtures/beat";

const ONLY_JUMP = {
  ...Object.fromEntries(
    ["webhook_fail_rate", "crash_loop", "drift", "latency_p95", "queue_depth", "identical_errors"].map((id) => [
      id,
      { enabled: false, params: {} },
    ]),
  ),
  errors_jump: { enabled: true, params: { min_rise: 20, factor: 3, span_seconds: 600 } },
};
const counting = (seconds: number, errors_total: number, bootId = "a") => beat(seconds, { bootId, telemetry: { errors_total } });

/** Of these beats of one plugin, the seconds at which its window would be loaded. */
function looks(beats: readonly ReturnType<typeof beat>[]): number[] {
  const brought = new ErrorsBrought(10);
  const looked = beats.filter((each) => couldFire(each, ONLY_JUMP, each.bootId, brought.add("p", each)));
  return looked.map(({ receivedAt }) => (receivedAt.getTime() - at(0).getTime()) / 1_000);
}

describe("a plugin that counts its errors and says nothing of its day", () => {
  const MINUTES = Array.from({ length: 120 }, (_, index) => index * 60);

  test("is looked at until its first span is known, and then no more while too little comes", () => {
    expect(looks(MINUTES.map((seconds) => counting(seconds, 500 + seconds / 60)))).toEqual(MINUTES.slice(0, 10));
  });

  test("is looked at as long as enough came within the span", () => {
    const looked = looks(MINUTES.map((seconds) => counting(seconds, seconds < 3_600 ? 5 : 40)));
    expect(looked.slice(0, 10)).toEqual(MINUTES.slice(0, 10));
    expect(looked).toContain(3_600);
    expect(looked.filter((seconds) => seconds > 4_800)).toEqual([]);
  });

  test("and starts anew has brought what its new counter says", () => {
    const beats = MINUTES.map((seconds) => (seconds < 3_600 ? counting(seconds, 500) : counting(seconds, 25, "b")));
    expect(looks(beats)).toContain(3_600);
  });
});

test("never hides what the rule would find", () => {
  const steps = fc.array(
    fc.record({ gap: fc.integer({ min: 1, max: 900 }), rise: fc.oneof(fc.constant(0), fc.nat(60)), isNewBoot: fc.boolean() }),
    { minLength: 2, maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      let [seconds, total, boot] = [0, 0, 0];
      const beats = taken.map(({ gap, rise, isNewBoot }) => {
        seconds += gap;
        boot += isNewBoot ? 1 : 0;
        total = isNewBoot ? rise : total + rise;
        return counting(seconds, total, `boot-${boot}`);
      });
      const brought = new ErrorsBrought(10);
      const within = beats.map((each) => brought.add("p", each)).at(-1);
      fc.pre(evaluateRules(windowOf(beats), ONLY_JUMP).some(({ ruleId }) => ruleId === "errors_jump"));
      expect(couldFire(beats.at(-1)!, ONLY_JUMP, beats.at(-1)!.bootId, within)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("more plugins than are remembered push out those heard of longest ago", () => {
  const brought = new ErrorsBrought(1);
  brought.add("p", counting(0, 1));
  brought.add("q", counting(0, 1));
  expect(brought.add("p", counting(900, 1))(600)).toBeNull();
});
