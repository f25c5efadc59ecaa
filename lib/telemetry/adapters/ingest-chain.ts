import { randomUUID } from "node:crypto";
import type { ChainHead } from "./store-beats";

/**
 * A process' own chain of batches. After a commit of unknown outcome the old chain may or may not hold that batch, so the
 * process goes on with a new one: each chain then stays recomputable from its rows.
 */
export function newChain(): ChainHead {
  return { processId: randomUUID(), batchNo: 0, digest: Buffer.alloc(0) };
}
