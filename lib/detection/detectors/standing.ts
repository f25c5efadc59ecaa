import type { Finding } from "@/lib/detection/types";
import { AT, HALF_HOURS, LEVEL_SPANS, type NoveltyState } from "./novelty-state";
import type { Stream } from "./stream";

/** Points over which a metric is averaged now, and over a day and a half, or since it began. */
const NOW = AT.levels + LEVEL_SPANS.indexOf(20);
const LONG = AT.levels + LEVEL_SPANS.indexOf(1_000);
/** Fewer points know no usual level: of a stream, and of one half hour of the day (two days of beats). */
const LEAST_POINTS = 180;
const LEAST_OF_HALF_HOUR = 30;
/** How many times its usual level a metric must stand to be told, and below which that has ended; in between it stays as it was. */
const BEGINS = 1.5;
const ENDS = 1.2;
const HALF_HOUR_MS = 30 * 60 * 1_000;

/** Where a metric stands, and where it usually does. */
interface Standing {
  readonly level: number;
  readonly usual: number;
  readonly against: string;
}

/** A level that climbs and does not come back, against the long one: what a process holds wanders from hour to hour by itself. */
function againstLong({ numbers }: NoveltyState): Standing | null {
  if ((numbers[AT.count] as number) < LEAST_POINTS) return null;
  return { level: numbers[NOW] as number, usual: numbers[LONG] as number, against: "its level of 1000 points" };
}

/** Some points in a row against their half hours of other days: what has its hours is judged by them. */
function againstHalfHour({ numbers, halfHourLevel, halfHourCount }: NoveltyState, at: Date): Standing | null {
  const bin = Math.floor(at.getTime() / HALF_HOUR_MS) % HALF_HOURS;
  if ((halfHourCount[bin] as number) < LEAST_OF_HALF_HOUR) return null;
  const usual = halfHourLevel[bin] as number;
  // One wild point lifts the average for a while: what counts is that the newest is high as well.
  const level = Math.min(usual + (numbers[AT.dayDeviation] as number), numbers[AT.previous] as number);
  return { level, usual, against: "this half hour of other days" };
}

const figure = (value: number) => String(Number(value.toPrecision(3)));

/**
 * A metric that stands half as high again as it usually does, and stays there: too slow or too mild for the other channels.
 *
 * @param stream    with a bank, which keeps the levels; without one nothing is found
 * @param isHourly  whether the metric has its hours, as answers under load have
 * @param isSaid    whether it was raised before: it ends later than it begins
 * @param at        of the newest point
 */
export function standingOf(metric: string, { novelty }: Stream, isHourly: boolean, isSaid: boolean, at: Date): Finding | null {
  const standing = novelty && (isHourly ? againstHalfHour(novelty, at) : againstLong(novelty));
  if (!standing || standing.usual <= 0) return null;
  const { level, usual, against } = standing;
  const times = level / usual;
  if (times < (isSaid ? ENDS : BEGINS)) return null;
  return {
    ruleId: `standing:${metric}`,
    type: "novelty",
    severity: "low",
    observedAt: at,
    statistic: `${metric}: against ${against}`,
    value: level,
    usual: { low: 0, high: usual * BEGINS },
    explain: `${metric} stands at ${figure(level)}, ${times.toFixed(1)} times ${against} (${figure(usual)}).`,
  };
}
