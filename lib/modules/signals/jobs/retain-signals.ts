import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { forgetBatches } from "../adapters/forget-batches";
import { keepSignalPartitions } from "../commands/keep-signal-partitions";

/** Keeps partitions of the signals ahead of time, drops the oldest, and forgets what nobody sends again. */
export async function retainSignals(now: Date): Promise<void> {
  await runCommand(keepSignalPartitions, { input: {}, actor: systemActor("retention", "operate"), now });
  await forgetBatches(now);
}
