import { describe, expect, test } from "vitest";
import { beat } from "@/test/fixtures/beat";
import { advancePlugin, forgetOver, newPluginStreams, STREAM_METRICS, type StreamBeat } from "./plugin-streams";
import { packStream, type Stream } from "./stream";
import { newWatch, raisedAbout, type StreamMetric, type StreamWatch, type WatchedPoint, watchBeat } from "./watch-stream";

const PERIOD = 120;
/** More than a day of beats; from LEARNED on, for six of them, the queue is full. */
const LEARNED = 780;
const COUNT = 800;

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

/** A beat every two minutes with a little noise, and whatever a test wants different. */
function history(change: (index: number) => Partial<StreamBeat> = () => ({})): StreamBeat[] {
  return Array.from({ length: COUNT }, (_none, index) => {
    const isFull = index >= LEARNED && index < LEARNED + 6;
    const telemetry = {
      webhook_fail_rate: 0.01 * (index % 3),
      latency_p95_ms: 200 + ((index * 37) % 41),
      queue_depth: isFull ? 400 : (index * 13) % 7,
      memory_mb: 60 + ((index * 7) % 5),
      errors_last_24h: 3,
    };
    return { ...beat(index * PERIOD, { seq: index, telemetry }), id: idOf(index), ...change(index) };
  });
}

function watchAll(metric: StreamMetric, beats: readonly StreamBeat[]): { watch: StreamWatch; points: WatchedPoint[] } {
  let watch = newWatch(metric, true);
  const points: WatchedPoint[] = [];
  for (const each of beats) {
    const seen = watchBeat(watch, each);
    watch = seen.watch;
    if (seen.point) points.push(seen.point);
  }
  return { watch, points };
}

describe("a replay is what production does", () => {
  const beats = history();
  const { watch, points } = watchAll("queue_depth", beats);

  test("the detectors end with the same memory, bit for bit", () => {
    let state = newPluginStreams(true);
    for (const [index, each] of beats.entries())
      state = forgetOver(advancePlugin(state, beats.slice(Math.max(0, index - 1), index + 1), each.receivedAt));
    const own = STREAM_METRICS.indexOf("queue_depth");
    expect(packStream(watch.state.streams[own] as Stream)).toEqual(packStream(state.streams[own] as Stream));
    expect(watch.state.raised).toEqual(raisedAbout("queue_depth", state.raised));
  });

  test("each beat is one point in the metric's own unit", () => {
    expect(points).toHaveLength(COUNT);
    expect(points.map(({ value }) => value)).toEqual(beats.map(({ telemetry }) => telemetry.queue_depth));
  });

  test("nothing is expected before the stream is known, and then what is usual lies inside", () => {
    expect(points.slice(0, 60).every(({ expected }) => expected === null)).toBe(true);
    const usual = points.slice(60, LEARNED);
    expect(usual.every(({ value, expected }) => expected !== null && expected.low <= value && value <= expected.high)).toBe(true);
  });

  test("the burst lies outside of what was expected, and is raised with its words from beginning to end", () => {
    const [first] = points.slice(LEARNED);
    expect(first?.value).toBeGreaterThan(first?.expected?.high ?? Number.POSITIVE_INFINITY);
    expect(points.filter(({ isRaised }) => isRaised).length).toBeGreaterThanOrEqual(6);
    expect(points.findIndex(({ isRaised }) => isRaised)).toBe(LEARNED);
    const spike = watch.episodes.find(({ finding }) => finding.ruleId === "spike:queue_depth");
    expect(spike?.finding.observedAt).toEqual(beats[LEARNED]?.receivedAt);
    expect(spike?.until?.getTime()).toBeGreaterThan(beats[LEARNED + 5]?.receivedAt.getTime() ?? Number.POSITIVE_INFINITY);
  });

  test("the novelty score peaks with the burst", () => {
    const most = points.reduce((best, point) => (point.score > best.score ? point : best));
    expect(points.indexOf(most)).toBeGreaterThanOrEqual(LEARNED);
    expect(points.every(({ score }) => score >= 0 && score < 1)).toBe(true);
  });
});

test("another metric's trouble is not told here", () => {
  const { watch, points } = watchAll("latency_p95_ms", history());
  expect(watch.episodes).toEqual([]);
  expect(points.some(({ isRaised }) => isRaised)).toBe(false);
});

test("what production leaves out is no point: a repetition, a beat too close, one without the metric", () => {
  const beats = history((index) => (index === 5 ? { telemetry: {} } : {}));
  const close = {
    ...(beats[9] as StreamBeat),
    id: idOf(9_999),
    receivedAt: new Date((beats[9] as StreamBeat).receivedAt.getTime() + 15_000),
  };
  const { points } = watchAll("queue_depth", [...beats.slice(0, 10), close, ...beats.slice(9, 20)]);
  expect(points).toHaveLength(19);
});

test("memory is expected anew after each boot", () => {
  const bootId = "00000000-0000-4000-8000-00000000000b";
  const { points } = watchAll(
    "memory_mb",
    history((index) => (index < 400 ? {} : { bootId })),
  );
  expect(points[399]?.expected).not.toBeNull();
  expect(points.slice(400, 460).every(({ expected }) => expected === null)).toBe(true);
});
