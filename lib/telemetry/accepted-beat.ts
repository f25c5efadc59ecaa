import type { Beat } from "./types";

/** A beat that passed every check and waits to be stored; times are the server's. */
export interface AcceptedBeat {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly id: string;
  readonly webhookId: string;
  readonly receivedAt: Date;
  readonly bodySha256: string;
  readonly beat: Beat;
}

/** Two beats are the same message when plugin and message id agree, whatever their signatures. */
function messageKey(beat: Pick<AcceptedBeat, "pluginId" | "webhookId">): string {
  return `${beat.pluginId} ${beat.webhookId}`;
}

/**
 * Orders a batch by key, so that concurrent batches lock rows in one order, and leaves out repeats within it.
 *
 * @returns `unique` in key order, and for every input its index in `unique` and whether it repeats an earlier one
 */
export function arrangeBatch(batch: readonly AcceptedBeat[]): {
  unique: readonly AcceptedBeat[];
  places: readonly { index: number; isRepeat: boolean }[];
} {
  const first = new Map<string, AcceptedBeat>();
  const repeats = batch.map((beat) => {
    const key = messageKey(beat);
    if (first.has(key)) return true;
    first.set(key, beat);
    return false;
  });
  const unique = [...first.values()].sort((a, b) => (messageKey(a) < messageKey(b) ? -1 : 1));
  const indexOf = new Map(unique.map((beat, index) => [messageKey(beat), index]));
  const places = batch.map((beat, position) => ({ index: indexOf.get(messageKey(beat)) ?? 0, isRepeat: repeats[position] === true }));
  return { unique, places };
}
