import { CHANNELS, STATISTICS } from "./channels";
import { DETECTOR } from "./configuration";
import { measure } from "./measure";
import { AT, type NoveltyState } from "./novelty-state";
import { surpriseOf } from "./past-extremes";

const C = DETECTOR.novelty;
const measured = new Float64Array(STATISTICS.length);

/** One peak is told once: within the quiet after it only a clearly higher one is. */
function tell(numbers: Float64Array, evidence: number): number {
  const peak = numbers[AT.peak] as number;
  const quietFor = numbers[AT.quietFor] as number;
  const isHushed = quietFor > 0 && evidence <= peak * C.overPeak;
  const isTold = evidence > 0 && !isHushed;
  numbers[AT.quietFor] = isTold ? C.quiet : Math.max(0, quietFor - 1);
  if (isTold) numbers[AT.peak] = evidence;
  return isTold ? evidence : 0;
}

function judge(numbers: Float64Array, told: number, evidence: number, seconds: number): void {
  if (numbers[AT.raised] === 1) {
    // Slow levels wander home for hours after a burst, each point of them as unheard of as the one before: half the peak is the end.
    if (evidence < (numbers[AT.peak] as number) / 2) numbers[AT.raised] = 0;
  } else if (told > C.raise && (numbers[AT.count] as number) > DETECTOR.minimumHistory) {
    numbers[AT.raised] = 1;
    numbers[AT.since] = seconds;
  }
}

/**
 * Takes one point into the bank: every statistic against its own past, all with equal weight, over a few points.
 *
 * @param value    a finite number
 * @param seconds  Unix seconds
 * @returns how new the stream looks at this point, 0..1; 0 also in the quiet after a peak
 */
export function advanceNovelty(state: NoveltyState, value: number, seconds: number): number {
  const { numbers } = state;
  measure(state, value, seconds, measured);
  let sum = 0;
  let most = 0;
  for (let channel = 0; channel < CHANNELS.length; channel += 1) {
    const { statistic, sign } = CHANNELS[channel] as (typeof CHANNELS)[number];
    const surprise = surpriseOf(state, channel, sign * (measured[statistic] as number));
    sum += surprise;
    if (surprise > most) {
      most = surprise;
      // What leads is what an explanation names, so it stands still while something is raised.
      if (numbers[AT.raised] === 0) {
        numbers[AT.leading] = channel;
        numbers[AT.leadingValue] = measured[statistic] as number;
      }
    }
  }
  const evidence = (numbers[AT.evidence] as number) * C.keep + sum;
  numbers[AT.evidence] = evidence;
  const told = tell(numbers, evidence);
  judge(numbers, told, evidence, seconds);
  return told / (told + C.half);
}
