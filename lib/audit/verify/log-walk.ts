import { type LeafEntry, leafText } from "../leaf";
import { Frontier } from "../tree/frontier";
import { leafHash } from "../tree/hash";
import type { HashedSubtree, Subtree } from "../tree/subtrees";
import type { Problem, ProblemKind } from "./problem";
import type { Witness } from "./witnesses";

/** An entry as the database holds it now. */
export type StoredEntry = LeafEntry & { readonly leaf_hash: Buffer | null };

/** What is known about an entry besides its own row. */
export interface Evidence {
  /** Stored hash of a subtree, if there is one. */
  readonly stored: (subtree: Subtree) => Buffer | undefined;
  /** The leaf's copy outside of the database, if it was copied. */
  readonly outside: Buffer | undefined;
}

/**
 * Walks a log from a known edge and holds each entry against all evidence: its own hash, the stored tree, the copy outside of
 * the database, and the root of every checkpoint.
 *
 * It recomputes everything from the entries' own columns, so it does not matter how they were changed: also by a superuser with
 * triggers off who put matching hashes beside them.
 */
export class LogWalk {
  readonly #frontier: Frontier;
  readonly #witnesses: readonly Witness[];
  #next = 0;
  #vouchedSize: number;

  /** @param witnesses  by size; those within the known edge are taken as checked */
  constructor(witnesses: readonly Witness[], edge: Frontier = new Frontier()) {
    this.#frontier = edge;
    this.#witnesses = witnesses.filter(({ size }) => size > edge.size);
    this.#vouchedSize = edge.size;
  }

  /** Entries that were found good. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Takes the next entry in the order of `seq`. @returns the first thing that is wrong, after which the walk is over */
  take(entry: StoredEntry, evidence: Evidence): Problem | null {
    const index = this.size;
    if (entry.seq > index) return problem("missing", index, `Entry ${index} is gone; the next one is ${entry.seq}`);
    if (entry.seq < index) return problem("doubled", Math.max(0, entry.seq), `There is more than one entry ${entry.seq}`);
    const leaf = leafHash(leafText(entry));
    if (!entry.leaf_hash?.equals(leaf)) return problem("altered", index, `Entry ${index} is not what was sealed: its hash differs`);
    for (const subtree of this.#frontier.append(leaf)) {
      if (evidence.stored(subtree)?.equals(subtree.hash)) continue;
      return differsFromTree(subtree, index);
    }
    if (evidence.outside && !evidence.outside.equals(leaf))
      return problem("outside", index, `Entry ${index} differs from its copy outside of the database`);
    return this.#holdAgainstWitnesses();
  }

  #holdAgainstWitnesses(): Problem | null {
    for (let witness = this.#witnesses[this.#next]; witness?.size === this.size; witness = this.#witnesses[this.#next]) {
      if (!witness.root.equals(this.#frontier.root())) {
        const where = witness.where === "outside" ? "copied outside of the database" : "in the database";
        const detail = `Entries ${this.#vouchedSize} to ${witness.size - 1} do not lead to the root of the checkpoint ${where}`;
        return { kind: "root", index: this.#vouchedSize, before: witness.size, detail };
      }
      this.#next += 1;
      if (this.#witnesses[this.#next]?.size !== this.size) this.#vouchedSize = this.size;
    }
    return null;
  }

  /** After the last entry: whether the log once was longer. @param copied  leaves outside of the database; `stored`: in the tree */
  end({ copied, stored }: { readonly copied: number; readonly stored: number }): Problem | null {
    const longest = Math.max(copied, stored, this.#witnesses.at(-1)?.size ?? 0);
    if (longest <= this.size) return null;
    return problem("truncated", this.size, `The log ends after ${this.size} entries; it once had ${longest}`);
  }
}

function problem(kind: ProblemKind, index: number, detail: string): Problem {
  return { kind, index, before: null, detail };
}

function differsFromTree({ level, position }: HashedSubtree, index: number): Problem {
  if (level === 0) return problem("altered", index, `Entry ${index} is not what was sealed: the stored tree has another hash`);
  const from = position * 2 ** level;
  return {
    kind: "tree",
    index: from,
    before: index + 1,
    detail: `Entries ${from} to ${index} do not lead to the hash that the stored tree has`,
  };
}
