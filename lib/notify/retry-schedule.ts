import type { MessageEvent } from "@/lib/notify/types";
import { LIMITS } from "@/lib/platform/limits";

/** Whoever waits for these may be about to act on what is no longer true. */
const URGENT: ReadonlySet<MessageEvent> = new Set([
  "attempt.rolled_back",
  "switch.changed",
  "audit.tampered",
  "incident.page",
  "support.entered",
]);

/** Notices of switches, rollbacks and a tampered log skip the back-off, and so does whatever is to wake somebody. */
export function isUrgent(event: MessageEvent): boolean {
  return URGENT.has(event);
}

/**
 * When a message that was not delivered is tried again.
 *
 * Ordinary messages: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, each counted from the failure before.
 * Urgent ones are tried every 5 s for the first minute; a receiver that is still away then is treated like any other.
 *
 * @param failures  how many tries have failed so far, at least 1
 * @returns null when the tries are used up: the message is a dead letter
 */
export function nextTryAt(failures: number, event: MessageEvent, failedAt: Date): Date | null {
  if (!Number.isInteger(failures) || failures < 1) throw new RangeError("a retry follows at least one failure");
  const urgentTries = isUrgent(event) ? LIMITS.outboundUrgentRetries : 0;
  const delaySeconds =
    failures <= urgentTries ? LIMITS.outboundUrgentRetrySeconds : LIMITS.outboundRetrySeconds[failures - 1 - urgentTries];
  return delaySeconds === undefined ? null : new Date(failedAt.getTime() + delaySeconds * 1_000);
}
