import type { Estimate } from "@/lib/sira/learning/policy-value";
import { shareOf } from "@/lib/sira/learning/reliability-of";
import { differenceOf } from "@/lib/sira/learning/uplift-of";
import { isMended, type LearningRow } from "@/lib/sira/outcomes";

const DAY_MS = 86_400_000;
const RECENT_DAYS = 7;
/** Fewer outcomes than this on one side are nothing to compare: the interval of so few is not to be trusted. */
const FEWEST = 10;

/** Outcomes of one stretch of time: how many said something, how many of them mended, and how many were void. */
export interface Stretch {
  readonly n: number;
  readonly mended: number;
  readonly share: Estimate | null;
  /** Labels that say nothing: the configuration drifted within the watch, or nobody could see. */
  readonly void: number;
}

/** Outcomes of late beside those before: whether what SIRA learned from still holds. */
export interface LabelDrift {
  readonly recent_days: number;
  readonly recent: Stretch;
  readonly before: Stretch;
  /** Share mended of late minus before, with its 95 % interval; null while one side has too few. */
  readonly difference: Estimate | null;
  /** `none` is "no difference shown", which is not "no difference". */
  readonly verdict: "worse" | "better" | "none" | "too_few";
}

function stretchOf(rows: readonly LearningRow[]): Stretch {
  const told = rows.flatMap(({ outcome }) => isMended(outcome) ?? []);
  const mended = told.filter(Boolean).length;
  return { n: told.length, mended, share: shareOf(mended, told.length), void: rows.length - told.length };
}

function verdictOn(difference: Estimate | null): LabelDrift["verdict"] {
  if (!difference) return "too_few";
  if (difference.high < 0) return "worse";
  return difference.low > 0 ? "better" : "none";
}

/**
 * Whether outcomes of the last days differ from those before them, by the share that was mended.
 *
 * @param rows  settled decisions, in any order
 * @param now   epoch ms
 */
export function labelDrift(rows: readonly LearningRow[], now: number): LabelDrift {
  const since = now - RECENT_DAYS * DAY_MS;
  const recent = stretchOf(rows.filter(({ knownAt }) => knownAt > since));
  const before = stretchOf(rows.filter(({ knownAt }) => knownAt <= since));
  const difference = Math.min(recent.n, before.n) < FEWEST ? null : differenceOf(recent, before);
  return { recent_days: RECENT_DAYS, recent, before, difference, verdict: verdictOn(difference) };
}
