import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { forgetOldMessages } from "../commands/forget-messages";

/** Forgets messages of long ago, a bounded number of rows at a time. @returns how many rows of each table */
export function forgetMessages(now: Date): Promise<{ outbox: number; webhook_deliveries: number }> {
  return runCommand(forgetOldMessages, { input: {}, actor: systemActor("retention", "operate"), now });
}
