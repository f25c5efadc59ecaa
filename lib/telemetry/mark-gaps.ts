import type { Point } from "./downsample";
import type { Step } from "./steps";

/**
 * Says of each kept point whether silence lies between it and the kept point before. Thinning alone leaves no gap: only a step that the
 * whole series has no point for does.
 *
 * @param kept  some of `all`, in the same order
 * @param all   in order of time, at most one point a step
 */
export function markGaps<P extends Point>(
  kept: readonly P[],
  all: readonly P[],
  step: Step,
): readonly (P & { readonly isAfterGap: boolean })[] {
  const keptTimes = new Set(kept.map(({ atMs }) => atMs));
  const afterGap = new Set<number>();
  let isSilent = false;
  for (const [index, { atMs }] of all.entries()) {
    const before = all[index - 1];
    isSilent ||= before !== undefined && atMs - before.atMs > step * 1_000;
    if (!keptTimes.has(atMs)) continue;
    if (isSilent) afterGap.add(atMs);
    isSilent = false;
  }
  return kept.map((point) => ({ ...point, isAfterGap: afterGap.has(point.atMs) }));
}
