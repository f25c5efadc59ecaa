import { chanceOf } from "@/lib/sira/draw/chance-of";
import type { SiraModel } from "@/lib/sira/model";

/** A forecast and what came. */
export interface Forecast {
  readonly logOdds: number;
  readonly isMended: boolean;
  /** How much it counts, 0..1. */
  readonly weight: number;
}

/** Forecasts that the starting point (slope 1, shift 0) counts for: with few outcomes the confidence stays what it was. */
const PRIOR_FORECASTS = 10;
const ROUNDS = 25;
const SLOPES = { least: 0.2, most: 3 } as const;

/**
 * Fits slope and shift so that of the decisions with confidence 0.8 about 80 % mend (Platt scaling).
 *
 * Ridge towards slope 1 and shift 0 by Newton's method; strictly convex, so the same forecasts in any order give the same
 * answer up to rounding. Source: J. Platt (1999), Advances in Large Margin Classifiers, 61-74.
 */
export function calibrate(forecasts: readonly Forecast[]): SiraModel["calibration"] {
  let slope = 1;
  let shift = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let [gradientSlope, gradientShift] = [PRIOR_FORECASTS * (slope - 1), PRIOR_FORECASTS * 0.25 * shift];
    let [ss, st, tt] = [PRIOR_FORECASTS, 0, PRIOR_FORECASTS * 0.25];
    for (const { logOdds, isMended, weight } of forecasts) {
      const chance = chanceOf(slope * logOdds + shift);
      const error = weight * (chance - (isMended ? 1 : 0));
      const curvature = weight * chance * (1 - chance);
      gradientSlope += error * logOdds;
      gradientShift += error;
      ss += curvature * logOdds * logOdds;
      st += curvature * logOdds;
      tt += curvature;
    }
    const determinant = ss * tt - st * st;
    slope = Math.min(SLOPES.most, Math.max(SLOPES.least, slope - (tt * gradientSlope - st * gradientShift) / determinant));
    shift = Math.min(3, Math.max(-3, shift - (ss * gradientShift - st * gradientSlope) / determinant));
  }
  return { slope, shift };
}
