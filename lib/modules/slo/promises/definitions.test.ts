import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketOf } from "@/lib/modules/signals/latency-buckets";
import { SURFACES } from "@/lib/modules/signals/types";
import { CRITICALITIES } from "@/lib/modules/types";
import { SLO_METRICS } from "../types";
import { measuredLimit, objectivesOf, promiseOf, readObjectiveId, slowFrom } from "./definitions";
import { OVERRIDES } from "./objective-defaults";

const some = { moduleKey: "some-module", criticality: "standard" } as const;

test.each(SURFACES)("on %s everything that objectives are asked for is promised", (surface) => {
  // Latency p95 and p99, error rate, queue saturation, database errors, retries, timeouts; and being there at all.
  const asked = "availability latency_p95 latency_p99 error_rate queue_saturation database_errors retries timeouts".split(" ");
  for (const criticality of CRITICALITIES) {
    const objectives = objectivesOf({ ...some, criticality }, surface);
    expect(objectives.map(({ metric }) => metric)).toEqual(asked);
    for (const { target, limitMs, metric } of objectives) {
      expect([metric, target > 0.5 && target < 1]).toEqual([metric, true]);
      expect([metric, limitMs !== null]).toEqual([metric, metric.startsWith("latency")]);
    }
  }
});

test("the more hangs on a module, the more is promised, and p99 may be slower than p95", () => {
  for (const surface of SURFACES) {
    for (const metric of SLO_METRICS) {
      const [core, standard, optional] = CRITICALITIES.map((criticality) => promiseOf({ ...some, criticality }, surface, metric));
      expect(core?.target).toBeGreaterThanOrEqual(standard?.target ?? 1);
      expect(standard?.target).toBeGreaterThanOrEqual(optional?.target ?? 1);
      expect(core?.wantedMs ?? 0).toBeLessThanOrEqual(standard?.wantedMs ?? 0);
      expect(standard?.wantedMs ?? 0).toBeLessThanOrEqual(optional?.wantedMs ?? 0);
    }
    for (const { bucket95, bucket99 } of slowFrom(some)) expect(bucket95).toBeLessThan(bucket99);
  }
});

test("a module's own line goes before the default, and only for what it names", () => {
  const [key = ""] = Object.keys(OVERRIDES);
  const own = promiseOf({ moduleKey: key, criticality: "standard" }, "tenant", "latency_p95");
  expect(own).toBe(OVERRIDES[key]?.tenant?.latency_p95);
  expect(promiseOf({ moduleKey: key, criticality: "standard" }, "admin", "latency_p95")).toEqual(promiseOf(some, "admin", "latency_p95"));
  expect(promiseOf({ ...some, moduleKey: "constructor" }, "tenant", "latency_p95").wantedMs).toBe(500);
});

test("a limit is never laxer than it was wanted, and less than a sixth stricter; no request above it passes for fast", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 2e6, noNaN: true }), (wanted, ms) => {
      const { bucket, limitMs } = measuredLimit(wanted);
      expect(limitMs).toBeLessThanOrEqual(wanted * (1 + 1e-9));
      expect(limitMs).toBeGreaterThan(wanted / 1.2 - 1e-6);
      if (ms > wanted) expect(bucketOf(ms)).toBeGreaterThanOrEqual(bucket);
    }),
  );
});

test("an objective's id says what it is about", () => {
  for (const { id, ...about } of SURFACES.flatMap((surface) => objectivesOf(some, surface))) {
    expect(readObjectiveId(id)).toEqual({ moduleKey: about.moduleKey, surface: about.surface, metric: about.metric });
  }
  for (const id of ["", "a", "a.tenant", "a.tenant.constructor", "a.nowhere.retries", "a.tenant.retries.b", ".tenant.retries"]) {
    expect(readObjectiveId(id)).toBeNull();
  }
});
