import { isWatchOver, type Watch } from "@/lib/sira/learning/watch";
import type { Outcome } from "@/lib/sira/outcomes";

/** One label as it was written down; later ones correct earlier ones. */
export interface Label {
  readonly outcome: Outcome;
  readonly at: number;
  readonly watch: Watch | null;
}

/** What has become of one decision for good. */
export interface Settled {
  readonly outcome: Outcome;
  readonly knownAt: number;
}

/**
 * What the labels of one attempt or decision come to once nothing more can change them.
 *
 * A label that says nothing voids the others (the configuration drifted, nobody could see); trouble that came back within
 * the watch makes a success none; and a success is one only when its watch has passed.
 *
 * @param labels  of one decision, in any order
 * @returns null while it may still change, or when there is none
 */
export function settleLabels(labels: readonly Label[], now: number): Settled | null {
  const inOrder = labels.toSorted((a, b) => a.at - b.at);
  const voided = inOrder.find(({ outcome }) => outcome === "inconclusive");
  if (voided) return { outcome: "inconclusive", knownAt: voided.at };
  const success = inOrder.find(({ outcome }) => outcome === "fixed");
  const other = inOrder.find(
    ({ outcome, at }) => outcome !== "fixed" && !(outcome === "recurred" && success?.watch && isWatchOver(success.watch, success.at, at)),
  );
  if (other) return { outcome: other.outcome, knownAt: other.at };
  if (!success || !isWatchOver(success.watch, success.at, now)) return null;
  return { outcome: "fixed", knownAt: success.at + (success.watch?.seconds ?? 0) * 1_000 };
}
