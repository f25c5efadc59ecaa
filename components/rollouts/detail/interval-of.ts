/** Two-sided 95 %. */
const Z = 1.96;

/**
 * The interval of a failure share that so many webhooks speak for, as a picture for people: the judge itself uses evidence
 * that may be looked at any time.
 *
 * @returns shares 0..1; the whole range while there are no events
 * Source: Wilson (1927), score interval.
 */
export function intervalOf(
  failures: number,
  events: number,
): { readonly rate: number | null; readonly low: number; readonly high: number } {
  if (events === 0) return { rate: null, low: 0, high: 1 };
  const share = failures / events;
  const middle = (share + (Z * Z) / (2 * events)) / (1 + (Z * Z) / events);
  const reach = (Z / (1 + (Z * Z) / events)) * Math.sqrt((share * (1 - share)) / events + (Z * Z) / (4 * events * events));
  return { rate: share, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}
