import type { Finding } from "@/lib/detection/types";
import { CHANNELS, STATISTICS } from "./channels";
import { DETECTOR } from "./configuration";
import { AT, type NoveltyState } from "./novelty-state";
import { usualLimit } from "./past-extremes";
import { SPIKE, spikeScale } from "./spike";
import type { Stream } from "./stream";

const figure = (value: number) => String(Number(value.toPrecision(3)));

function explainSpike(metric: string, spike: Float64Array): Finding {
  const value = spike[SPIKE.previous] as number;
  const level = spike[SPIKE.level] as number;
  const reach = DETECTOR.spike.least * spikeScale(spike);
  const usual = { low: level - reach, high: level + reach };
  return {
    ruleId: `spike:${metric}`,
    type: "novelty",
    severity: "low",
    observedAt: new Date((spike[SPIKE.since] as number) * 1_000),
    statistic: `${metric}: distance from its running level`,
    value,
    usual,
    explain: `${metric} is ${figure(value)}; usually it lies between ${figure(usual.low)} and ${figure(usual.high)}.`,
  };
}

function explainNovelty(metric: string, state: NoveltyState): Finding {
  const leading = state.numbers[AT.leading] as number;
  const channel = CHANNELS[leading] as (typeof CHANNELS)[number];
  const statistic = STATISTICS[channel.statistic] as (typeof STATISTICS)[number];
  const value = state.numbers[AT.leadingValue] as number;
  const other = CHANNELS.findIndex(({ statistic: index, sign }) => index === channel.statistic && sign === -channel.sign);
  const limits = [channel.sign * usualLimit(state, leading), other < 0 ? 0 : -channel.sign * usualLimit(state, other)];
  const usual = { low: Math.min(...limits), high: Math.max(...limits) };
  return {
    ruleId: `novelty:${metric}`,
    type: "novelty",
    severity: "low",
    observedAt: new Date((state.numbers[AT.since] as number) * 1_000),
    statistic: `${metric}: ${statistic.name}`,
    value,
    usual,
    explain: `${metric} behaves as never before (${statistic.shape}): ${statistic.name} is ${figure(value)}, usually between ${figure(usual.low)} and ${figure(usual.high)}.`,
  };
}

/**
 * What is raised about a stream at this point: which statistic, its value, its usual range, since when. One finding per
 * channel, the plainer first; none while nothing is raised.
 *
 * @param metric  the stream's name, at most 50 characters
 */
export function explainStream(metric: string, { spike, novelty }: Stream): Finding[] {
  const findings: Finding[] = [];
  if (spike[SPIKE.raised] === 1) findings.push(explainSpike(metric, spike));
  if (novelty?.numbers[AT.raised] === 1) findings.push(explainNovelty(metric, novelty));
  return findings;
}
