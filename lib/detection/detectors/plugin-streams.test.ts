import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { beat } from "@/test/fixtures/beat";
import {
  advancePlugin,
  forgetOver,
  newPluginStreams,
  type PluginStreams,
  packStreams,
  readingsOf,
  type StreamBeat,
  unpackStreams,
} from "./plugin-streams";

const PERIOD = 120;
/** Beats of a plugin's first day, in which nothing is raised. */
const DAY = 720;
/** A beat every two minutes with a little noise; from `burst` on, for six beats, the queue is full. */
function history(beats: number, burst = beats - 15): StreamBeat[] {
  return Array.from({ length: beats }, (_none, index) => {
    const isFull = index >= burst && index < burst + 6;
    const telemetry = {
      webhook_fail_rate: 0.01 * (index % 3),
      latency_p95_ms: 200 + ((index * 37) % 41),
      queue_depth: isFull ? 400 : (index * 13) % 7,
      memory_mb: 60 + ((index * 7) % 5),
      errors_last_24h: 3,
    };
    return { ...beat(index * PERIOD, { seq: index, telemetry }), id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}` };
  });
}
const later = (beats: readonly StreamBeat[]) => new Date((beats.at(-1)?.receivedAt.getTime() ?? 0) + 1_000);

/** Looks again after each piece; what is over is told and forgotten each time. @returns what was told, and the memory at the end */
function follow(pieces: readonly (readonly StreamBeat[])[]): { told: string[]; streams: Uint8Array } {
  let state = newPluginStreams(true);
  const told: string[] = [];
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    state = advancePlugin(state, piece, later(piece));
    for (const { finding } of state.raised) {
      const line = `${finding.ruleId} since ${finding.observedAt.toISOString()}: ${finding.explain}`;
      if (!told.includes(line)) told.push(line);
    }
    state = forgetOver(state);
  }
  return { told, streams: packStreams(state.streams) };
}

function cutAt(beats: readonly StreamBeat[], cuts: readonly number[]): StreamBeat[][] {
  const places = [0, ...cuts.toSorted((a, b) => a - b), beats.length];
  return places.slice(1).map((until, index) => beats.slice(Math.max(0, (places[index] as number) - 1), until));
}

describe("each beat counts once, in the order of receipt", () => {
  const beats = history(DAY + 100);
  const whole = follow(beats.map((_one, index) => beats.slice(Math.max(0, index - 1), index + 1)));

  test("the burst is told, once by each channel", () => {
    expect(whole.told).toHaveLength(2);
    expect(whole.told[1]).toMatch(/^novelty:queue_depth since /);
    expect(whole.told[0]).toMatch(/^spike:queue_depth since .*: queue_depth is 400; usually it lies between/);
  });

  test("however often and wherever one stops between two looks, the same is told", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: beats.length - 1 }), { maxLength: 50 }), (cuts) => {
        // Twenty beats apart at most: what lies further back would be history.
        const looks = new Set([...cuts, ...Array.from({ length: 40 }, (_none, index) => 20 * (index + 1))]);
        expect(follow(cutAt(beats, [...looks]))).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  test("repeated and shuffled within a look, nothing changes", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...beats, ...beats.slice(100)], { minLength: 1_200 }), (shuffled) => {
        const state = advancePlugin(newPluginStreams(true), [...shuffled, ...beats], later(beats));
        const straight = advancePlugin(newPluginStreams(true), beats, later(beats));
        expect(packStreams(state.streams)).toEqual(packStreams(straight.streams));
        expect(state.raised).toEqual(straight.raised);
      }),
      { numRuns: 8 },
    );
  });

  test("what becomes visible after a later beat was taken comes too late", () => {
    const without = beats.filter((_one, index) => index !== 150);
    const state = advancePlugin(newPluginStreams(false), without.slice(0, 200), later(beats));
    const before = packStreams(state.streams);
    expect(advancePlugin(state, [beats[150] as StreamBeat], later(beats))).toBe(state);
    expect(packStreams(state.streams)).toEqual(before);
  });

  test("a watched plugin's beats, every 15 s, do not change the pace", () => {
    const dense = beats.flatMap((one, index) => [
      one,
      ...[15, 30, 45].map((seconds) => ({
        ...one,
        id: `10000000-0000-4000-8000-${String(index * 4 + seconds).padStart(12, "0")}`,
        receivedAt: new Date(one.receivedAt.getTime() + seconds * 1_000),
      })),
    ]);
    const [paced, plain] = [dense, beats].map((all) => advancePlugin(newPluginStreams(true), all, later(all)));
    expect(packStreams(paced?.streams ?? [])).toEqual(packStreams(plain?.streams ?? []));
  });
});

describe("what is raised stays until it was told", () => {
  const beats = history(DAY + 100, DAY + 85);

  test("begun and ended between two looks, it is told once", () => {
    const state = advancePlugin(newPluginStreams(true), beats, later(beats));
    expect(state.raised).toMatchObject([
      { isOver: true, finding: { ruleId: "spike:queue_depth" } },
      { isOver: true, finding: { ruleId: "novelty:queue_depth" } },
    ]);
    expect(forgetOver(state).raised).toEqual([]);
  });

  test("history raises nothing, and is learned from", () => {
    const now = new Date(later(beats).getTime() + LIMITS.streamHistorySeconds * 1_000 + 3_600_000);
    const state = advancePlugin(newPluginStreams(true), beats, now);
    expect(state.raised).toEqual([]);
    expect(state.streams[3]?.spike[0]).toBe(DAY + 100);
  });

  test("a new version raises nothing until its figures are usual", () => {
    const changed = beats.map((one, index) => (index < DAY + 40 ? one : { ...one, runningVersion: "1.2.3" }));
    expect(advancePlugin(newPluginStreams(true), changed, later(changed)).raised).toEqual([]);
  });

  test("a new boot begins its memory anew, and nothing else", () => {
    const rebooted = beats.map((one, index) =>
      index < DAY ? one : { ...one, bootId: "00000000-0000-4000-8000-00000000000b", telemetry: { ...one.telemetry, memory_mb: 12 } },
    );
    const state = advancePlugin(newPluginStreams(false), rebooted, later(rebooted));
    expect(state.streams.map(({ spike }) => spike[0])).toEqual([DAY + 100, DAY + 99, DAY + 100, DAY + 100, 100]);
    expect(state.raised.map(({ finding }) => finding.ruleId)).toEqual(["spike:queue_depth"]);
  });
});

/** Reproducible shares in 0..1. */
function shares(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A count that comes in clumps, as webhooks of a shop do (geometric). */
const clumped = (mean: number, share: number) => Math.floor(Math.log(1 - share) / Math.log(mean / (1 + mean)));

describe("what is no trouble", () => {
  /** A plugin whose figures are told by its beat's index. */
  const shop = (beats: number, figures: (index: number) => Record<string, number>) =>
    history(beats, beats).map((one, index) => ({ ...one, telemetry: { ...one.telemetry, ...figures(index) } }));
  const raisedBy = (beats: readonly StreamBeat[]) =>
    follow(beats.map((_one, index) => beats.slice(Math.max(0, index - 1), index + 1))).told.map((line) => line.split(" ")[0]);
  const noisy = (index: number, level: number) => level + ((index * 37) % 41) - 20;

  test.each([
    ["the last beat of the first day", DAY - 2, []],
    ["its first beat after that day", DAY, ["spike:latency_p95_ms", "novelty:latency_p95_ms"]],
  ])("a burst that begins before a day was heard: %s", (_name, from, rules) => {
    const beats = shop(from + 2, (index) => ({ latency_p95_ms: noisy(index, index < from ? 200 : 5_000) }));
    expect(raisedBy(beats.slice(0, from === DAY ? undefined : DAY - 1))).toEqual(rules);
  });

  test.each(["webhook_fail_rate", "latency_p95_ms", "queue_depth", "memory_mb"])("%s that falls far and stays there", (metric) => {
    const scale = metric === "webhook_fail_rate" ? 1_000 : 1;
    const levelled = (level: (index: number) => number) => shop(DAY + 60, (index) => ({ [metric]: noisy(index, level(index)) / scale }));
    expect(raisedBy(levelled((index) => (index < DAY + 20 ? 600 : 30)))).toEqual([]);
    expect(raisedBy(levelled((index) => (index < DAY + 20 ? 600 : 3_000)))).toContain(`spike:${metric}`);
  });

  test.each([1, 2, 3, 4, 5])("busy days of a plugin that is quiet at night: counts vary more the higher they are (%i)", (seed) => {
    const next = shares(seed);
    const beats = shop(5 * DAY, (index) => ({ queue_depth: clumped(15.5 - 14.5 * Math.cos((index / DAY) * 2 * Math.PI), next()) }));
    expect(raisedBy(beats)).toEqual([]);
  });
});

test("counts are told in their own unit, and where a figure has none, its scale is named", () => {
  const beats = history(DAY + 100, DAY + 95);
  const { raised } = advancePlugin(newPluginStreams(true), beats, later(beats));
  const [spike, novelty] = raised.map(({ finding }) => finding);
  expect(spike?.value).toBeCloseTo(400, 6);
  expect(spike?.usual?.low).toBeGreaterThanOrEqual(0);
  expect(spike?.usual?.high).toBeLessThan(20);
  expect(novelty?.statistic).toMatch(/on the square-root scale of counts/);
  expect(novelty?.explain).toMatch(/^queue_depth behaves as never before \(.*\) at 400: .* \(on the square-root scale of counts\)\.$/);
});

describe("what a beat brings", () => {
  const before: StreamBeat = { ...beat(0, { telemetry: { webhooks_sent: 10, errors_total: 4, errors_last_24h: 9 } }), id: "a" };
  const next = (telemetry: Record<string, number>, changes: Partial<StreamBeat> = {}): StreamBeat => ({
    ...beat(120, { telemetry }),
    id: "b",
    ...changes,
  });
  const none = Number.NaN;

  test.each([
    ["figures as they are", next({ webhook_fail_rate: 0.5, latency_p95_ms: 300, queue_depth: 2, memory_mb: 50 }), [0.5, none, 300, 2, 50]],
    ["counted errors, a minute", next({ errors_total: 10 }), [none, 3, none, none, none]],
    ["the 24 h figure where nothing is counted", next({ errors_last_24h: 13 }), [none, 2, none, none, none]],
    ["errors that age are none", next({ errors_last_24h: 5 }), [none, 0, none, none, none]],
    ["too few webhooks to speak of a share", next({ webhooks_sent: 14, webhook_fail_rate: 1 }), [none, none, none, none, none]],
    ["enough of them", next({ webhooks_sent: 15, webhook_fail_rate: 0.2 }), [0.2, none, none, none, none]],
    ["counters of a new boot count from zero", next({ errors_total: 2 }, { bootId: "other" }), [none, 1, none, none, none]],
    ["nothing", next({}), [none, none, none, none, none]],
  ])("%s", (_name, beatNow, readings) => {
    expect(readingsOf(before, beatNow)).toEqual(readings);
  });

  test("without the beat before, nothing can be counted", () => {
    expect(readingsOf(null, next({ errors_total: 10, errors_last_24h: 10 }))[1]).toBeNaN();
  });
});

test.each([
  ["nothing", new Uint8Array()],
  ["half a stream", new Uint8Array(100)],
  ["another version", packStreams(newPluginStreams(true).streams).with(0, 1)],
  ["other metrics", packStreams((newPluginStreams(false) as PluginStreams).streams.slice(1))],
])("bytes of %s are no memory", (_name, bytes) => {
  expect(unpackStreams(bytes)).toBeNull();
});

test("a plugin that never moved far says nothing", () => {
  const calm = history(DAY + 400, 2_000);
  expect(
    follow(
      cutAt(
        calm,
        Array.from({ length: 55 }, (_none, index) => 20 * (index + 1)),
      ),
    ).told,
  ).toEqual([]);
});

describe("what wanders or is too little to tell is no trouble", () => {
  const withTail = (tail: readonly Record<string, number>[]) => {
    const calm = history(DAY + 60, Number.POSITIVE_INFINITY);
    const rest = tail.map((telemetry, index) => {
      const place = calm.length + index;
      const usual = { latency_p95_ms: 200 + ((place * 37) % 41), queue_depth: (place * 13) % 7, memory_mb: 60 + ((place * 7) % 5) };
      return {
        ...beat(place * PERIOD, { seq: place, telemetry: { ...usual, ...telemetry } }),
        id: `tail-${String(index).padStart(6, "0")}`,
      };
    });
    const beats = [...calm, ...rest];
    return follow(beats.map((_one, index) => beats.slice(Math.max(0, index - 1), index + 1))).told.map((line) => line.split(" ")[0]);
  };

  test("memory in a wider range is not told, memory that climbs and stays is", () => {
    const garbage = Array.from({ length: 60 }, (_, index) => ({ memory_mb: 55 + ((index * 7) % 20) }));
    expect(withTail(garbage)).toEqual([]);
    const leak = Array.from({ length: 150 }, (_, index) => ({ memory_mb: 62 + index }));
    expect(withTail(leak)).toContain("standing:memory_mb");
  });

  test("two failed webhooks are an anecdote, ten are not", () => {
    const failing = (failed: number) => [
      { webhook_fail_rate: 0, webhooks_sent: 100, webhooks_failed: 0 },
      ...Array.from({ length: 4 }, (_, index) => ({
        webhook_fail_rate: failed / 12,
        webhooks_sent: 100 + 12 * (index + 1),
        webhooks_failed: failed * (index + 1),
      })),
    ];
    expect(withTail(failing(2))).toEqual([]);
    expect(withTail(failing(10)).some((rule) => rule?.endsWith(":webhook_fail_rate"))).toBe(true);
  });
});
