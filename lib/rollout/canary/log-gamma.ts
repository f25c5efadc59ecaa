/** Below this the series is not good enough yet, and the argument is raised by the recurrence first. */
const SERIES_FROM = 9;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * Logarithm of the gamma function.
 *
 * @param x  > 0, unitless
 * @returns ln Γ(x), to about 1e-10
 * Source: Stirling's series with three terms (Abramowitz & Stegun 6.1.41), after raising x by Γ(x+1) = x Γ(x).
 */
export function logGamma(x: number): number {
  let raised = x;
  let product = 1;
  while (raised < SERIES_FROM) {
    product *= raised;
    raised += 1;
  }
  const inverse = 1 / raised;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square / 1260));
  const value = (raised - 0.5) * Math.log(raised) - raised + HALF_LOG_TWO_PI + series;
  return product === 1 ? value : value - Math.log(product);
}
