import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { keepPartitions } from "../commands/keep-partitions";

/** Keeps the partitions of the beats ahead of time and drops the oldest. */
export async function retain(now: Date): Promise<void> {
  await runCommand(keepPartitions, { input: {}, actor: systemActor("retention", "operate"), now });
}
