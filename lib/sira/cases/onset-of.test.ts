import { describe, expect, test } from "vitest";
import { onsetOf } from "@/lib/sira/cases/onset-of";
import { beat } from "@/test/fixtures/beat";

const latencies = (...figures: number[]) => figures.map((latency_p95_ms, index) => beat(index * 120, { telemetry: { latency_p95_ms } }));
const SLOW = { type: "latency_p95", ruleId: "latency_p95" } as const;
const CALM = [200, 210, 190, 205, 200, 195, 210, 200, 205, 195, 200, 210];

describe("how trouble began", () => {
  test.each([
    { figures: [...CALM, 200, 205, 4_000], onset: "sudden", why: "it leaps" },
    { figures: [...CALM, 200, 4_100, 4_000], onset: "sudden", why: "it leapt a beat ago, and was told when it stayed" },
    { figures: Array.from({ length: 15 }, (_, index) => 200 + index * 100), onset: "gradual", why: "it has been growing" },
    { figures: [200, 4_000], onset: "sudden", why: "too few beats to have grown in" },
    { figures: [], onset: "sudden", why: "no figures at all" },
  ])("$onset: $why", ({ figures, onset }) => expect(onsetOf(SLOW, latencies(...figures))).toBe(onset));

  test("what is found by silence or by where it stands says so itself", () => {
    expect(onsetOf({ type: "silence", ruleId: "silence" }, latencies(...CALM))).toBe("silent");
    expect(onsetOf({ type: "novelty", ruleId: "standing:memory_mb" }, latencies(...CALM))).toBe("standing");
  });

  test("errors are looked at by how many each beat brought, whatever rule found them", () => {
    const counted = (rises: readonly number[]) => {
      let errors_total = 0;
      return rises.map((rise, index) => {
        errors_total += rise;
        return beat(index * 120, { telemetry: { errors_total } });
      });
    };
    const steady = counted([0, ...Array.from({ length: 13 }, () => 1), 60]);
    const growing = counted(Array.from({ length: 15 }, (_, index) => index * 5));
    for (const ruleId of ["errors_jump", "identical_errors"] as const) {
      expect(onsetOf({ type: ruleId, ruleId }, steady)).toBe("sudden");
      expect(onsetOf({ type: ruleId, ruleId }, growing)).toBe("gradual");
    }
    expect(onsetOf({ type: "novelty", ruleId: "spike:errors_a_minute" }, growing)).toBe("gradual");
  });
});
