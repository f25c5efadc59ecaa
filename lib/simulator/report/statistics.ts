import { randomStream } from "@/lib/simulator/chance/random-stream";

/** A figure with what it rests on; null where there was nothing to measure. */
export interface Figure {
  readonly value: number | null;
  /** Middle 95 % of the figure when seeds are drawn anew with replacement. */
  readonly interval: readonly [number, number] | null;
  /** Observations behind the value. */
  readonly n: number;
}

export function mean(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

/** The value below which a share of all lies. Source: Hyndman & Fan (1996), type 7. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) return null;
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}

const DRAWS = 1_000;
const LOW = 0.025;

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : value;
}

/**
 * A figure over all seeds, with its bootstrap interval: whole seeds are drawn, since what happens within one belongs together.
 *
 * @param seeds    what each seed brought
 * @param measure  the figure over some seeds, and how many observations it rests on
 * Source: Efron & Tibshirani (1993), the percentile interval of the cluster bootstrap.
 */
export function figureOf<T>(seeds: readonly T[], measure: (some: readonly T[]) => { value: number | null; n: number }): Figure {
  const { value, n } = measure(seeds);
  if (value === null) return { value, interval: null, n };
  if (seeds.length < 2) return { value: rounded(value), interval: null, n };
  const next = randomStream(seeds.length, "bootstrap");
  const drawn: number[] = [];
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const some = seeds.map(() => seeds[Math.floor(next() * seeds.length)]).filter((seed) => seed !== undefined);
    const again = measure(some).value;
    if (again !== null) drawn.push(again);
  }
  const [low, high] = [quantile(drawn, LOW), quantile(drawn, 1 - LOW)];
  return { value: rounded(value), interval: low === null || high === null ? null : [rounded(low), rounded(high)], n };
}

/** Sums of a ratio over seeds. */
export interface Ratio {
  readonly part: number;
  readonly of: number;
}

/** A ratio of sums: each observation weighs the same, whichever seed it comes from. */
export function ratioFigure<T>(seeds: readonly T[], of: (seed: T) => Ratio): Figure {
  const ratios = seeds.map(of);
  return figureOf(ratios, (some) => {
    const part = some.reduce((sum, ratio) => sum + ratio.part, 0);
    const whole = some.reduce((sum, ratio) => sum + ratio.of, 0);
    return { value: whole > 0 ? part / whole : null, n: whole };
  });
}

/** A statistic of all observations together. */
export function pooledFigure<T>(
  seeds: readonly T[],
  of: (seed: T) => readonly number[],
  statistic: (values: readonly number[]) => number | null,
): Figure {
  return figureOf(seeds.map(of), (some) => {
    const values = some.flat();
    return { value: statistic(values), n: values.length };
  });
}
