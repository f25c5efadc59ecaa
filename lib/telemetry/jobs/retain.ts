import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { keepPartitions } from "../commands/keep-partitions";

/** Keeps the partitions of the beats ahead of time and drops the oldest. @returns how many of each */
export function retain(now: Date) {
  return runCommand(keepPartitions, { input: {}, actor: systemActor("retention", "operate"), now });
}
