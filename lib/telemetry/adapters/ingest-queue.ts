import { ingest } from "@/db/ingest";
import { LIMITS } from "@/lib/platform/limits";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { type AcceptedBeat, arrangeBatch } from "../accepted-beat";
import { GroupCommit } from "./group-commit";
import { newChain } from "./ingest-chain";
import { type ChainHead, StateMissingError, storeBeats } from "./store-beats";

/** Whether a message was stored now or was known before; either way it is durable. */
export interface Stored {
  readonly isDuplicate: boolean;
}

let head: ChainHead = newChain();

/** The database has no partition for today: the worker that makes them ahead was away for days. */
function isPartitionMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23514" && /no partition/.test(error.message);
}

async function writeOnce(unique: readonly AcceptedBeat[]): Promise<boolean[]> {
  try {
    const stored = await storeBeats(unique, head, new Date());
    head = stored.head;
    return stored.duplicates;
  } catch (error) {
    head = newChain();
    throw error;
  }
}

async function write(batch: readonly AcceptedBeat[]): Promise<Stored[]> {
  const { unique, places } = arrangeBatch(batch);
  const duplicates = await writeOnce(unique).catch(async (error: unknown) => {
    if (isPartitionMissing(error)) {
      await ingest()`select ensure_heartbeat_partitions((now() at time zone 'UTC')::date - 1, ${LIMITS.heartbeatPartitionsAhead})`;
    } else if (!(error instanceof StateMissingError)) throw error;
    return writeOnce(unique);
  });
  return places.map(({ index, isRepeat }) => ({ isDuplicate: isRepeat || duplicates[index] === true }));
}

const queue = new GroupCommit<AcceptedBeat, Stored>(write, LIMITS.groupCommitRows, LIMITS.groupCommitQueue);
pressureGauge.watch(() => queue.share());

/** Stores a beat with whatever else arrives at this moment; resolves after the commit. */
export function enqueueBeat(beat: AcceptedBeat): Promise<Stored> {
  return queue.add(beat);
}
