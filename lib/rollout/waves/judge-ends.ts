/** Of good patches at most this share is rolled back (protocol.md, Policy): what the evidence speaks against. */
const USUAL_SHARE = 0.02;

/** Shares that a harmful release may be rolled back at, all equally likely beforehand: here and there, often, everywhere. */
const HARMFUL_SHARES: readonly number[] = [0.1, 0.3, 0.9];

const DECISIVE = 100;
const SUSPICIOUS = 10;

/** How the attempts with one release ended so far; whoever was called back counts in neither. */
export interface EndTally {
  readonly kept: number;
  /** Rolled back, or left to a person because nobody knows what runs there. */
  readonly harmed: number;
}

export interface EndsVerdict {
  readonly decision: "halt" | "suspicious" | "calm";
  /** e-value against "at most 2 % are rolled back", capped at 1e12. */
  readonly evidence: number;
  readonly needed: number;
}

function likelihoodRatio(share: number, { kept, harmed }: EndTally): number {
  return harmed * Math.log(share / USUAL_SHARE) + kept * Math.log((1 - share) / (1 - USUAL_SHARE));
}

/**
 * Judges a release by how its attempts end, beside the comparison of webhooks: a shop where it was rolled back is no longer a
 * canary whose webhooks could be counted.
 *
 * An e-process: valid however often one looks, wrong in at most one good release of a hundred. The first rollback of an
 * untried release makes it suspicious, the second one halts it; among many kept ones it takes more.
 *
 * @throws RangeError on counts that cannot be
 * Source: likelihood ratio averaged over alternatives (Ramdas et al. 2023, Game-theoretic statistics and safe anytime-valid inference).
 */
export function judgeEnds(tally: EndTally): EndsVerdict {
  const { kept, harmed } = tally;
  if (![kept, harmed].every((count) => Number.isInteger(count) && count >= 0)) throw new RangeError("ends are counted in whole numbers");
  const ratios = HARMFUL_SHARES.map((share) => Math.exp(Math.min(likelihoodRatio(share, tally), Math.log(1e12))));
  const evidence = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const decision = evidence >= DECISIVE ? "halt" : evidence >= SUSPICIOUS ? "suspicious" : "calm";
  return { decision, evidence, needed: DECISIVE };
}
