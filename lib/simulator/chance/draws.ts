import type { RandomStream } from "@/lib/simulator/chance/random-stream";

/** Standard normal. Source: Box & Muller (1958), one of the pair. */
export function normal(next: RandomStream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}

/** Log-normal with this median; `sigma` is the deviation of its logarithm. */
export function logNormal(next: RandomStream, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(next));
}

/** Exponential with this mean. */
export function exponential(next: RandomStream, mean: number): number {
  return -mean * Math.log(1 - next());
}

/** Uniform between two bounds. */
export function uniform(next: RandomStream, low: number, high: number): number {
  return low + (high - low) * next();
}

/** One of several, all equally likely. @throws RangeError when there is none */
export function pick<T>(next: RandomStream, of: readonly T[]): T {
  const chosen = of[Math.min(of.length - 1, Math.floor(next() * of.length))];
  if (chosen === undefined) throw new RangeError("nothing to pick from");
  return chosen;
}

/** Gamma with mean shape × scale. Source: Marsaglia & Tsang (2000), ACM TOMS 26:363. */
export function gamma(next: RandomStream, shape: number, scale = 1): number {
  if (shape < 1) return gamma(next, shape + 1, scale) * (1 - next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(next);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
  }
}

/** Beta(a, b), 0..1. */
export function beta(next: RandomStream, a: number, b: number): number {
  const x = gamma(next, a);
  return x / (x + gamma(next, b));
}

/** Above this mean a normal approximation stands in; its error is far below the noise of the world. */
const EXACT_UP_TO = 30;

/** Poisson count. Source: inversion by sequential search, rounded normal above a mean of 30. */
export function poisson(next: RandomStream, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > EXACT_UP_TO) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(next)));
  const target = next();
  let probability = Math.exp(-mean);
  let reached = probability;
  let count = 0;
  while (target > reached && count < 1_000) {
    count += 1;
    probability *= mean / count;
    reached += probability;
  }
  return count;
}

/** Negative binomial count: Poisson whose mean is gamma; variance = mean + mean² / size. */
export function negativeBinomial(next: RandomStream, mean: number, size: number): number {
  return mean <= 0 ? 0 : poisson(next, gamma(next, size, mean / size));
}

/** How many of `trials` fail with chance `share`. Source: inversion where few do, else a rounded normal. */
export function binomial(next: RandomStream, trials: number, share: number): number {
  if (trials <= 0 || share <= 0) return 0;
  if (share >= 1) return trials;
  if (share > 0.5) return trials - binomial(next, trials, 1 - share);
  const mean = trials * share;
  if (mean > EXACT_UP_TO) {
    return Math.min(trials, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - share)) * normal(next))));
  }
  const odds = share / (1 - share);
  const target = next();
  let probability = (1 - share) ** trials;
  let reached = probability;
  let count = 0;
  while (target > reached && count < trials) {
    probability *= (odds * (trials - count)) / (count + 1);
    count += 1;
    reached += probability;
  }
  return count;
}
