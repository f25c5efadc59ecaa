import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Frontier } from "./frontier";
import { EMPTY_ROOT, leafHash, nodeHash } from "./hash";
import { consistencyRanges, inclusionRanges, proofHashes } from "./proofs";
import { completeSubtrees, type ReadHash, splitAt } from "./subtrees";
import { verifyConsistency, verifyInclusion } from "./verify-proof";

/** Entries and roots that Certificate Transparency's own implementations are tested by. */
const VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** The definition, word for word: MTH of RFC 6962 §2.1. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return first;
  const split = splitAt(leaves.length);
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** A log of n entries as it is stored: its subtrees, and the root at every length. */
function grow(n: number, entry: (index: number) => Uint8Array = (index) => createHash("sha256").update(String(index)).digest()) {
  const stored = new Map<string, Buffer>();
  const leaves = Array.from({ length: n }, (_none, index) => leafHash(entry(index)));
  const frontier = new Frontier();
  const roots = [frontier.root()];
  for (const leaf of leaves) {
    for (const { level, position, hash } of frontier.append(leaf)) stored.set(`${level}/${position}`, hash);
    roots.push(frontier.root());
  }
  const read: ReadHash = ({ level, position }) => {
    const hash = stored.get(`${level}/${position}`);
    if (!hash) throw new Error(`no subtree ${level}/${position}`);
    return hash;
  };
  return { leaves, roots, read, stored };
}

const BIG = grow(300);
const rootOf = (size: number) => BIG.roots[size] as Buffer;

test("the published vectors", () => {
  const { roots } = grow(VECTORS.length, (index) => Buffer.from(VECTORS[index] ?? "", "hex"));
  expect(roots.map((root) => root.toString("hex"))).toEqual(ROOTS);
});

test("at every length up to 300 the frontier has the root of the definition, also when it is read back from the store", () => {
  for (let size = 0; size <= 300; size += 1) {
    expect(rootOf(size)).toEqual(treeHash(BIG.leaves.slice(0, size)));
    const again = Frontier.read(size, BIG.read);
    expect([again.size, again.root()]).toEqual([size, rootOf(size)]);
  }
});

test("a log of n entries stores fewer than 2n hashes, and its edge one for each bit of n", () => {
  expect(BIG.stored.size).toBeLessThan(600);
  expect(completeSubtrees({ from: 0, to: 300 })).toHaveLength(4);
});

describe("inclusion", () => {
  test("every entry proves its place at every length up to 300, with at most log2 n hashes", () => {
    for (let size = 1; size <= 300; size += 1) {
      for (let index = 0; index < size; index += size < 40 ? 1 : 7) {
        const proof = proofHashes(inclusionRanges(index, size), BIG.read);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(verifyInclusion(BIG.leaves[index] as Buffer, index, size, proof, rootOf(size))).toBe(true);
      }
    }
  });

  test("no other entry, place, length, root or proof passes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), (size, a, b) => {
        const index = a % size;
        const other = (index + 1 + (b % (size - 1))) % size;
        const leaf = BIG.leaves[index] as Buffer;
        const proof = proofHashes(inclusionRanges(index, size), BIG.read);
        const forged = proof.map((hash, place) => (place === b % proof.length ? nodeHash(hash, hash) : hash));
        expect([
          verifyInclusion(BIG.leaves[other] as Buffer, index, size, proof, rootOf(size)),
          verifyInclusion(leaf, other, size, proof, rootOf(size)),
          verifyInclusion(leaf, index, size, proof, rootOf(size - 1)),
          verifyInclusion(leaf, index, size, proof.slice(1), rootOf(size)),
          verifyInclusion(leaf, index, size, [...proof, leaf], rootOf(size)),
          verifyInclusion(leaf, index, size, forged, rootOf(size)),
          verifyInclusion(leaf, size, size, proof, rootOf(size)),
        ]).toEqual(Array(7).fill(false));
      }),
    );
  });

  test.each([-1, 5, 1.5, Number.NaN])("entry %s of 5 has no proof", (index) => {
    expect(() => inclusionRanges(index, 5)).toThrow(RangeError);
  });
});

describe("consistency", () => {
  const seen = (size: number) => ({ size, root: rootOf(size) });

  test("every length up to 300 proves that it begins with every shorter one", () => {
    for (let newer = 0; newer <= 300; newer += 1) {
      for (let older = 0; older <= newer; older += newer < 40 ? 1 : 11) {
        const proof = proofHashes(consistencyRanges(older, newer), BIG.read);
        expect(verifyConsistency(seen(older), seen(newer), proof), `${older} to ${newer}`).toBe(true);
      }
    }
  });

  test("a log that was rewritten anywhere in its older part has no proof", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.nat(), fc.nat(), (newer, a, b) => {
        const older = 1 + (a % (newer - 1));
        const changed = b % older;
        const rewritten = grow(newer, (index) =>
          createHash("sha256")
            .update(index === changed ? "other" : String(index))
            .digest(),
        );
        const proof = proofHashes(consistencyRanges(older, newer), rewritten.read);
        expect(verifyConsistency(seen(older), { size: newer, root: rewritten.roots[newer] as Buffer }, proof)).toBe(false);
        expect(verifyConsistency(seen(newer), seen(older), proof)).toBe(false);
      }),
    );
  });

  test.each([
    [6, 5],
    [-1, 5],
    [1.5, 5],
  ])("from %s to %s there is none", (older, newer) => {
    expect(() => consistencyRanges(older, newer)).toThrow(RangeError);
  });
});
