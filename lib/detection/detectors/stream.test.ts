import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DETECTOR } from "./configuration";
import { explainStream } from "./explain-stream";
import { advanceStream, calm, isRaised, newStream, packStream, SPIKE_BYTES, STREAM_BYTES, type Stream, unpackStream } from "./stream";

/** Reproducible noise in -1..1. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2_147_483_648 - 1;
  };
}

/** A daily wave with noise, one point every two minutes, with a burst and a shift in it. */
function history(seed: number, points: number): number[] {
  const next = noise(seed);
  return Array.from({ length: points }, (_none, index) => {
    const wave = 100 + 20 * Math.sin((index / 720) * 2 * Math.PI) + 5 * next();
    if (index > points * 0.5 && index < points * 0.5 + 4) return wave * 4;
    return index > points * 0.8 ? wave + 150 : wave;
  });
}

function feed(stream: Stream, values: readonly number[], from = 0): { score: number; alarm: boolean }[] {
  return values.map((value, index) => ({ score: advanceStream(stream, value, (from + index) * 120), alarm: isRaised(stream) }));
}

describe("a stream's memory", () => {
  test("is bounded: 256 bytes for the channel that is always on, 8 kB with the bank", () => {
    const [lean, full] = [newStream(false), newStream(true)];
    feed(lean, history(1, 5_000));
    feed(full, history(1, 5_000));
    expect(packStream(lean)).toHaveLength(SPIKE_BYTES);
    expect(SPIKE_BYTES).toBeLessThanOrEqual(256);
    expect(packStream(full)).toHaveLength(STREAM_BYTES);
    expect(STREAM_BYTES).toBeLessThanOrEqual(8 * 1_024);
  });

  test("stored and read back at any points, it goes on bit for bit", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.uniqueArray(fc.integer({ min: 1, max: 1_999 }), { maxLength: 50 }), (seed, cuts) => {
        const values = history(seed, 2_000);
        const uncut = feed(newStream(true), values);
        let stream: Stream = newStream(true);
        const pieces: typeof uncut = [];
        let from = 0;
        for (const until of [...cuts.toSorted((a, b) => a - b), values.length]) {
          pieces.push(...feed(stream, values.slice(from, until), from));
          stream = unpackStream(packStream(stream)) as Stream;
          from = until;
        }
        expect(pieces).toEqual(uncut);
      }),
      { numRuns: 10 },
    );
  });

  test("bytes as a database hands them out, a view on a larger buffer, are read as they are", () => {
    const stream = newStream(true);
    feed(stream, history(5, 200));
    const packed = packStream(stream);
    const view = Buffer.concat([Buffer.alloc(3), packed, Buffer.alloc(9)]).subarray(3, 3 + packed.length);
    const read = unpackStream(view) as Stream;
    view.fill(0);
    expect(packStream(read)).toEqual(packed);
  });

  test.each([
    ["another version", (bytes: Uint8Array) => bytes.with(0, DETECTOR.stateVersion + 1)],
    ["cut short", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ["empty", () => new Uint8Array()],
  ])("bytes that cannot be continued are none: %s", (_name, spoil) => {
    expect(unpackStream(spoil(packStream(newStream(true))))).toBeNull();
  });
});

describe("what is raised", () => {
  test("a burst raises at its first point and ends soon after it", () => {
    const alarms = feed(newStream(false), history(7, 2_000)).flatMap(({ alarm }, index) => (alarm ? [index] : []));
    expect(alarms[0]).toBe(1_001);
    expect(alarms.filter((index) => index < 1_500).at(-1)).toBeLessThanOrEqual(1_007);
  });

  test("a lasting shift is raised by both channels and told with its statistic, value and usual range", () => {
    const stream = newStream(true);
    const values = history(3, 2_000);
    const shift = 1_601;
    feed(stream, values.slice(0, shift + 3));
    const findings = explainStream("latency_p95_ms", stream);
    expect(findings.map(({ finding }) => finding.ruleId)).toEqual(["spike:latency_p95_ms", "novelty:latency_p95_ms"]);
    for (const { finding, isRise } of findings) {
      expect(isRise).toBe(true);
      expect(finding.observedAt.getTime()).toBeGreaterThanOrEqual(shift * 120_000);
      const { low, high } = finding.usual as { low: number; high: number };
      expect(finding.value > high || finding.value < low).toBe(true);
      expect(finding.explain).toContain("latency_p95_ms");
    }
  });

  test.each([
    ["nothing but zeros", Array.from({ length: 3_000 }, () => 0)],
    ["a constant", Array.from({ length: 3_000 }, () => 42.5)],
    ["a perfect daily wave", Array.from({ length: 5_000 }, (_none, index) => 50 + 10 * Math.sin((index / 720) * 2 * Math.PI))],
  ])("never %s", (_name, values) => {
    expect(feed(newStream(true), values).some(({ alarm }) => alarm)).toBe(false);
  });

  test("a leak is found: a level that drifts away for hours, in steps far too small for a spike", () => {
    const next = noise(11);
    const stream = newStream(true);
    const alarms = feed(
      stream,
      Array.from({ length: 3_000 }, (_none, index) => 60 + next() + Math.max(0, index - 2_000) * 0.05),
    );
    const first = alarms.findIndex(({ alarm }) => alarm);
    expect(first).toBeGreaterThan(2_000);
    expect(first).toBeLessThan(2_200);
  });

  test("nothing before the minimum history, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: DETECTOR.minimumHistory }), (values) => {
        expect(feed(newStream(true), values).some(({ alarm }) => alarm)).toBe(false);
      }),
    );
  });

  test("a stream that hardly ever moves needs a second beat", () => {
    const stream = newStream(true);
    feed(
      stream,
      Array.from({ length: 500 }, () => 0),
    );
    advanceStream(stream, 0.02, 60_000);
    expect(stream.spike[9]).toBe(0);
    advanceStream(stream, 0.6, 60_120);
    expect(stream.spike[9]).toBe(1);
  });

  test("calmed, it keeps what it learned", () => {
    const stream = newStream(true);
    feed(stream, history(3, 2_000).slice(0, 1_604));
    const level = stream.spike[1];
    calm(stream);
    expect(isRaised(stream)).toBe(false);
    expect(explainStream("x", stream)).toEqual([]);
    expect(stream.spike[1]).toBe(level);
  });
});

test("scores are finite numbers of 0 to 1 and values that are none change nothing", () => {
  const anything = fc.oneof(
    fc.double(),
    fc.constant(Number.NaN),
    fc.constant(Number.POSITIVE_INFINITY),
    fc.constantFrom(0, 1, -1, 1e300, -1e300, 5e-324),
  );
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 300 }), (values) => {
      const [one, other] = [newStream(true), newStream(true)];
      const scores = feed(one, values).map(({ score }) => score);
      expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
      values.forEach((value, index) => {
        if (Number.isFinite(value)) advanceStream(other, value, index * 120);
      });
      expect(packStream(one)).toEqual(packStream(other));
    }),
    { numRuns: 60 },
  );
});
