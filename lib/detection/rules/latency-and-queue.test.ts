import { expect, test } from "vitest";
import { latencyP95 } from "@/lib/detection/rules/latency-p95";
import { queueDepth } from "@/lib/detection/rules/queue-depth";
import { beat, windowOf } from "@/test/fixtures/beat";

const latency = (values: number[], lastVersion = "1.2.2") => {
  const beats = values.map((latency_p95_ms, index) =>
    beat(index * 120, { telemetry: { latency_p95_ms }, runningVersion: index === values.length - 1 ? lastVersion : "1.2.2" }),
  );
  return latencyP95.evaluate(windowOf(beats), latencyP95.defaults)?.severity ?? null;
};
const queue = (values: number[]) => {
  const beats = values.map((queue_depth, index) => beat(index * 120, { telemetry: { queue_depth } }));
  return queueDepth.evaluate(windowOf(beats), queueDepth.defaults)?.severity ?? null;
};

test.each([
  { values: [1_499, 1_499], severity: null, why: "usual" },
  { values: [200, 1_600], severity: null, why: "one slow beat may be chance" },
  { values: [1_600, 1_600], severity: "low", why: "two in a row are not" },
  { values: [4_000], severity: "medium", why: "very slow is believed at once" },
  { values: [200, 12_000], severity: "high", why: "buyers give up" },
])("p95 $values ms -> $severity ($why)", ({ values, severity }) => expect(latency(values)).toBe(severity));

test("slowness of the version before is not held against the new one", () => expect(latency([1_600, 1_600], "1.2.3")).toBeNull());

test.each([
  { values: [199, 199], severity: null, why: "usual" },
  { values: [300], severity: null, why: "a long queue may be a sale" },
  { values: [400, 300], severity: null, why: "it shrinks" },
  { values: [300, 300], severity: "low", why: "it does not shrink" },
  { values: [1_000], severity: "medium", why: "very long is believed at once" },
  { values: [9_000, 8_000], severity: "high", why: "so long that shrinking is no comfort" },
])("queue $values -> $severity ($why)", ({ values, severity }) => expect(queue(values)).toBe(severity));
