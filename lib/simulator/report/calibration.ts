/** Decisions of one confidence, and how often they turned out right. */
export interface Bin {
  count: number;
  confidence: number;
  right: number;
}

const BINS = 10;

export function binsOf(decisions: readonly { readonly confidence: number; readonly isRight: boolean }[]): Bin[] {
  const bins: Bin[] = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const { confidence, isRight } of decisions) {
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (!bin) continue;
    bin.count += 1;
    bin.confidence += confidence;
    bin.right += isRight ? 1 : 0;
  }
  return bins;
}

/**
 * Expected calibration error: how far confidence lies from the share that turned out right, over ten bins of equal width, each
 * weighing what it holds. 0 is perfect.
 *
 * Source: Naeini, Cooper & Hauskrecht (2015), AAAI.
 */
export function calibrationError(all: readonly (readonly Bin[])[]): { value: number | null; n: number } {
  const sums = Array.from({ length: BINS }, (_, index) => ({
    count: all.reduce((sum, bins) => sum + (bins[index]?.count ?? 0), 0),
    confidence: all.reduce((sum, bins) => sum + (bins[index]?.confidence ?? 0), 0),
    right: all.reduce((sum, bins) => sum + (bins[index]?.right ?? 0), 0),
  }));
  const n = sums.reduce((sum, bin) => sum + bin.count, 0);
  if (n === 0) return { value: null, n };
  return { value: sums.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0) / n, n };
}
