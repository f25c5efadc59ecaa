/**
 * Lower end of Wilson's score interval for a proportion.
 *
 * @param z  normal quantile, unitless; 2.576 leaves 0.5 % on this side
 * @returns 0..1; 0 when nothing was tried
 * Source: Wilson (1927), JASA 22:209-212.
 */
export function wilsonLower(failures: number, trials: number, z: number): number {
  if (trials <= 0) return 0;
  const share = Math.min(1, failures / trials);
  const centre = share + (z * z) / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return Math.max(0, (centre - spread) / (1 + (z * z) / trials));
}
