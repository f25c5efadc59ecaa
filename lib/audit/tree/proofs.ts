import { type Range, type ReadHash, rangeHash, splitAt } from "./subtrees";

/**
 * Ranges whose hashes lead from an entry up to the root, the nearest first.
 *
 * @throws RangeError when the entry is not among the first `size`
 * Source: RFC 6962 §2.1.1.
 */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`entry ${index} is not among the first ${size}`);
  const ranges: Range[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + splitAt(to - from);
    if (index < middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  return ranges;
}

/**
 * Ranges whose hashes show that the log of `newSize` begins with the log of `oldSize`; none when either is trivial.
 *
 * @throws RangeError unless 0 <= oldSize <= newSize
 * Source: RFC 6962 §2.1.2.
 */
export function consistencyRanges(oldSize: number, newSize: number): Range[] {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > newSize) throw new RangeError(`no way from ${oldSize} to ${newSize}`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const ranges: Range[] = [];
  let [from, to] = [0, newSize];
  while (oldSize !== to) {
    const middle = from + splitAt(to - from);
    if (oldSize <= middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  // The old log itself needs no hash when it is one complete subtree: whoever checks has its root.
  if (from > 0) ranges.unshift({ from, to });
  return ranges;
}

/** A proof's hashes from the stored subtrees. */
export function proofHashes(ranges: readonly Range[], read: ReadHash): Buffer[] {
  return ranges.map((range) => rangeHash(range, read));
}
