import type { PluginTally } from "@/lib/rollout/canary/canary-state";
import { logGamma } from "@/lib/rollout/canary/log-gamma";

/**
 * What the judge reckons with is how far an arm has moved from its plugins' own past, in log-odds: 0 is as before, +1.6 turns
 * 2 % of failures into 10 %. So shops that always failed more, or less, than others tell nothing about the release.
 */
const LOWEST_SHIFT = -4;
const HIGHEST_SHIFT = 10;
export const GRID_STEPS = 101;
export const SHIFT_STEP = (HIGHEST_SHIFT - LOWEST_SHIFT) / (GRID_STEPS - 1);

/** Step of the grid at which nothing has changed, give or take half a step. */
export const UNCHANGED = Math.round(-LOWEST_SHIFT / SHIFT_STEP);

/**
 * How steady plugins may be, from fickle to constant: `spread` is the sum of a beta distribution's parameters, `outliers` the
 * share of plugins that are in trouble of their own at any time, patch or no patch.
 */
export const TEMPERS: readonly { readonly spread: number; readonly outliers: number }[] = [
  { spread: 15, outliers: 0.1 },
  { spread: 80, outliers: 0.05 },
  { spread: 400, outliers: 0.02 },
  { spread: 2_500, outliers: 0.01 },
];

/** Cells of a table: every temper with every shift. */
export const GRID_CELLS = GRID_STEPS * TEMPERS.length;

/** What a plugin without a past is taken to fail, and how many webhooks that opinion is worth. */
const USUAL_RATE = 0.02;
const USUAL_WEIGHT = 20;
/** Shares beyond these are one and the same to the judge. */
const LOWEST_RATE = 1e-4;
const HIGHEST_RATE = 0.995;

function clampRate(share: number): number {
  return Math.min(HIGHEST_RATE, Math.max(LOWEST_RATE, share));
}

/** What a plugin's past says for good: rates expected at each shift, 0..1, and the parts of its likelihood that never change. */
interface Outlook {
  readonly rates: Float64Array;
  readonly spreads: readonly number[];
  readonly constants: Float64Array;
}

/** The past of a plugin is read once and never mutated. */
const outlooks = new WeakMap<PluginTally["before"], Outlook>();

function outlookOf(before: PluginTally["before"]): Outlook {
  const known = outlooks.get(before);
  if (known) return known;
  const own = clampRate((before.failures + USUAL_RATE * USUAL_WEIGHT) / (before.events + USUAL_WEIGHT));
  const odds = Math.log(own / (1 - own));
  const rates = Float64Array.from({ length: GRID_STEPS }, (_, step) =>
    clampRate(1 / (1 + Math.exp(-(odds + LOWEST_SHIFT + step * SHIFT_STEP)))),
  );
  const spreads = TEMPERS.map(({ spread }) => Math.min(spread, before.events + USUAL_WEIGHT));
  const constants = Float64Array.from({ length: GRID_CELLS }, (_, cell) => {
    const spread = spreads[Math.floor(cell / GRID_STEPS)] ?? 0;
    const sick = (rates[cell % GRID_STEPS] ?? 0) * spread;
    return logGamma(sick) + logGamma(spread - sick);
  });
  const outlook = { rates, spreads, constants };
  outlooks.set(before, outlook);
  return outlook;
}

/** Failure share, 0..1, to expect of a plugin at each shift from its own past. */
export function ratesOf({ before }: PluginTally): Float64Array {
  return outlookOf(before).rates;
}

/** ln(e^a + e^b); beyond 36 the smaller one is lost in the rounding of the greater. */
function logSum(a: number, b: number): number {
  const gap = Math.abs(a - b);
  return Math.max(a, b) + (gap > 36 ? 0 : Math.log1p(Math.exp(-gap)));
}

/**
 * How probable one plugin's counts are, cell by cell, when its rate of these days is drawn around its shifted past.
 *
 * Beta-binomial: the rate is Beta(rate × spread, (1 - rate) × spread), so many events of one plugin never count as that many
 * independent ones; a short past caps the spread, since it foretells little. An outlier's rate may be anything, so one plugin,
 * however loud, multiplies the evidence by little more than 1 / outliers.
 *
 * @returns GRID_CELLS logarithms, temper by temper, shifts ascending
 * Source: beta-binomial likelihood, and Tukey's contamination.
 */
export function likelihoodOfPlugin({ events, failures, before }: PluginTally): Float64Array {
  const good = events - failures;
  const anything = logGamma(failures + 1) + logGamma(good + 1) - logGamma(events + 2);
  const { rates, spreads, constants } = outlookOf(before);
  const table = new Float64Array(GRID_CELLS);
  for (const [row, { outliers }] of TEMPERS.entries()) {
    const spread = spreads[row] ?? 0;
    const strange = Math.log(outliers) + anything;
    const whole = Math.log(1 - outliers) + logGamma(spread) - logGamma(spread + events);
    for (let step = 0; step < GRID_STEPS; step += 1) {
      const cell = row * GRID_STEPS + step;
      const sick = (rates[step] ?? 0) * spread;
      const usual = whole + logGamma(sick + failures) + logGamma(spread - sick + good) - (constants[cell] ?? 0);
      table[cell] = logSum(usual, strange);
    }
  }
  return table;
}
