import type { Finding } from "@/lib/detection/types";
import { CHANNELS, type Shape, STATISTICS } from "./channels";
import { DETECTOR } from "./configuration";
import { AT, LEVEL_SPANS, type NoveltyState, SCALED_SPANS } from "./novelty-state";
import { usualLimit } from "./past-extremes";
import { AS_REPORTED, type ReadingScale } from "./reading-scale";
import { SPIKE, spikeScale } from "./spike";
import type { Stream } from "./stream";

/** Something raised about a stream, and whether the metric rose with it: where less is better, the rest is no trouble. */
export interface Explained {
  readonly finding: Finding;
  readonly isRise: boolean;
}

const figure = (value: number) => String(Number(value.toPrecision(3)));
/** Shapes that say by themselves whether the metric went up or down. */
const DIRECTED: ReadonlySet<Shape> = new Set(["level shift", "seasonal break", "deviation"]);
/** A level that one point hardly moves, one that an hour's trouble hardly moves, and the mean distance of points from the latter. */
const SHORT_LEVEL = AT.levels + LEVEL_SPANS.indexOf(10);
const SLOW_LEVEL = AT.levels + LEVEL_SPANS.indexOf(300);
const SLOW_SCALE = AT.deviations + SCALED_SPANS.indexOf(300);
/** Mean distances by which the short level must lie above the slow one. */
const ABOVE = 2;

function explainSpike(metric: string, spike: Float64Array, scale: ReadingScale): Explained {
  const value = scale.reported(spike[SPIKE.previous] as number);
  const level = spike[SPIKE.level] as number;
  const reach = DETECTOR.spike.least * spikeScale(spike);
  const usual = { low: scale.reported(level - reach), high: scale.reported(level + reach) };
  const finding: Finding = {
    ruleId: `spike:${metric}`,
    type: "novelty",
    severity: "low",
    observedAt: new Date((spike[SPIKE.since] as number) * 1_000),
    statistic: `${metric}: distance from its running level`,
    value,
    usual,
    explain: `${metric} is ${figure(value)}; usually it lies between ${figure(usual.low)} and ${figure(usual.high)}.`,
  };
  return { finding, isRise: (spike[SPIKE.deviation] as number) > 0 };
}

function explainNovelty(metric: string, state: NoveltyState, scale: ReadingScale): Explained {
  const { numbers } = state;
  const leading = numbers[AT.leading] as number;
  const channel = CHANNELS[leading] as (typeof CHANNELS)[number];
  const statistic = STATISTICS[channel.statistic] as (typeof STATISTICS)[number];
  const value = numbers[AT.leadingValue] as number;
  const other = CHANNELS.findIndex(({ statistic: index, sign }) => index === channel.statistic && sign === -channel.sign);
  const limits = [channel.sign * usualLimit(state, leading), other < 0 ? 0 : -channel.sign * usualLimit(state, other)];
  const usual = { low: Math.min(...limits), high: Math.max(...limits) };
  const note = scale.note === null ? "" : ` (${scale.note})`;
  const now = figure(scale.reported(numbers[AT.previous] as number));
  const shape = `${metric} behaves as never before (${statistic.shape}) at ${now}`;
  const finding: Finding = {
    ruleId: `novelty:${metric}`,
    type: "novelty",
    severity: "low",
    observedAt: new Date((numbers[AT.since] as number) * 1_000),
    statistic: `${metric}: ${statistic.name}${note}`,
    value,
    usual,
    explain: `${shape}: ${statistic.name} is ${figure(value)}, usually between ${figure(usual.low)} and ${figure(usual.high)}${note}.`,
  };
  // Wider steps, a wider range or no step at all lie on neither side: what tells is whether the metric itself is higher, and stays.
  const height = (numbers[SHORT_LEVEL] as number) - (numbers[SLOW_LEVEL] as number);
  const isAbove = height > ABOVE * (numbers[SLOW_SCALE] as number);
  return { finding, isRise: DIRECTED.has(statistic.shape) ? channel.sign > 0 : isAbove };
}

/**
 * What is raised about a stream at this point: which statistic, its value, its usual range, since when. One for each channel,
 * the plainer first; none while nothing is raised.
 *
 * @param metric  the stream's name, at most 50 characters
 * @param scale   on which the stream is watched; figures are told in the metric's own unit where they have one
 */
export function explainStream(metric: string, { spike, novelty }: Stream, scale: ReadingScale = AS_REPORTED): Explained[] {
  const explained: Explained[] = [];
  if (spike[SPIKE.raised] === 1) explained.push(explainSpike(metric, spike, scale));
  if (novelty?.numbers[AT.raised] === 1) explained.push(explainNovelty(metric, novelty, scale));
  return explained;
}
