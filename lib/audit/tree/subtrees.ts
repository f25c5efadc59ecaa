import { EMPTY_ROOT, nodeHash } from "./hash";

/** A complete subtree: `level` 0 is a leaf, `position` counts from 0 among the subtrees of its level. */
export interface Subtree {
  readonly level: number;
  readonly position: number;
}

export interface HashedSubtree extends Subtree {
  readonly hash: Buffer;
}

/** Entries `from` (inclusive) to `to` (exclusive). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Finds the hash of a stored subtree. @throws when it is not stored */
export type ReadHash = (subtree: Subtree) => Buffer;

/** The largest power of two below n, for n > 1. Arithmetic, because bit operators end at 32 bits. */
export function splitAt(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/**
 * The complete subtrees that make up a range, the largest first.
 *
 * @param range  begins where a subtree of its size would begin, as every range of a proof does
 */
export function completeSubtrees({ from, to }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let start = from; start < to; ) {
    let level = 0;
    for (let width = 2; width <= to - start && start % width === 0; width *= 2) level += 1;
    const width = 2 ** level;
    subtrees.push({ level, position: start / width });
    start += width;
  }
  return subtrees;
}

/** Hash over subtrees that stand side by side, the largest first: the ragged right edge is folded from the right. */
export function foldHashes(hashes: readonly Buffer[]): Buffer {
  return hashes.reduceRight<Buffer | null>((right, left) => (right === null ? left : nodeHash(left, right)), null) ?? EMPTY_ROOT;
}

/** Hash of a range from its stored subtrees. */
export function rangeHash(range: Range, read: ReadHash): Buffer {
  return foldHashes(completeSubtrees(range).map(read));
}
