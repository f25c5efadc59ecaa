import { nodeHash } from "./hash";
import { completeSubtrees, foldHashes, type HashedSubtree, type ReadHash } from "./subtrees";

/**
 * The right edge of a growing log: the complete subtrees that its length is made of, all that is needed to add entries and to
 * know the root. Holds one hash for each bit of the length.
 */
export class Frontier {
  #edge: HashedSubtree[];
  #size: number;

  /** @param edge  the subtrees of `completeSubtrees({ from: 0, to: size })`, with their hashes */
  constructor(edge: readonly HashedSubtree[] = []) {
    this.#edge = [...edge];
    this.#size = edge.reduce((size, { level }) => size + 2 ** level, 0);
  }

  /** The edge of a stored log of this size. */
  static read(size: number, read: ReadHash): Frontier {
    return new Frontier(completeSubtrees({ from: 0, to: size }).map((subtree) => ({ ...subtree, hash: read(subtree) })));
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an entry's hash. @returns every subtree that it completes, the leaf first */
  append(leaf: Buffer): HashedSubtree[] {
    const completed: HashedSubtree[] = [{ level: 0, position: this.#size, hash: leaf }];
    for (let top = completed[0]; top !== undefined; ) {
      const left = this.#edge.at(-1);
      if (left?.level !== top.level) {
        this.#edge.push(top);
        break;
      }
      this.#edge.pop();
      top = { level: top.level + 1, position: left.position / 2, hash: nodeHash(left.hash, top.hash) };
      completed.push(top);
    }
    this.#size += 1;
    return completed;
  }

  root(): Buffer {
    return foldHashes(this.#edge.map(({ hash }) => hash));
  }
}
