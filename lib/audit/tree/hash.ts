import { createHash } from "node:crypto";

/** Bytes of every hash in the tree. */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Hash of one entry; the prefix keeps a leaf from ever passing for a node. Source: RFC 6962 §2.1. */
export function leafHash(leaf: string | Uint8Array): Buffer {
  return createHash("sha256").update(LEAF).update(leaf).digest();
}

/** Hash over two neighbouring subtrees. Source: RFC 6962 §2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(NODE).update(left).update(right).digest();
}

/** Root of a log without entries. */
export const EMPTY_ROOT = createHash("sha256").digest();
