import { chanceOf } from "@/lib/sira/draw/chance-of";
import type { SiraModel } from "@/lib/sira/model";

/**
 * Log-odds of a chance that is not known for sure: the mean of the chances, not the chance of the mean, so the less is known
 * the nearer it lies to one half.
 *
 * @param variance  of the log-odds, normal
 * Source: D. MacKay (1992), Neural Computation 4:720-736.
 */
export function moderated(logOdds: number, variance: number): number {
  return logOdds / Math.sqrt(1 + (Math.PI * variance) / 8);
}

/** The share of such decisions that mends, 0..1, by the model's calibration. */
export function confidenceOf(
  { logOdds, variance }: { readonly logOdds: number; readonly variance: number },
  { calibration, format }: Pick<SiraModel, "calibration" | "format">,
): number {
  return chanceOf(calibration.slope * (format === 2 ? moderated(logOdds, variance) : logOdds) + calibration.shift);
}
