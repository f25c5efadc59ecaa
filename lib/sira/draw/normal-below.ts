const FIT = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];

/**
 * Share of a standard normal below z; exact to 1.2e-7, which is far below what a chance of an action means.
 *
 * Written out rather than taken from a library so that every machine rounds alike: a stored propensity has to come out again.
 * Source: W. H. Press et al., Numerical Recipes, erfcc (Chebyshev fit).
 */
export function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  let power = 0;
  for (let index = FIT.length - 1; index >= 0; index -= 1) power = power * t + (FIT[index] as number);
  const tail = t * Math.exp(-x * x + power);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}
