import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { refuseWhenPressed } from "@/lib/platform/overload/refuse-when-pressed";
import { Turnstile } from "@/lib/platform/overload/turnstile";
import { within } from "@/lib/platform/overload/within";

/** Bytes of signals that are worked on at once; what is above waits in line, and what finds too many waiting is turned away. */
const turnstile = new Turnstile(LIMITS.signalsAtOnce * LIMITS.signalBodyBytes, LIMITS.signalsWaiting);
pressureGauge.watch(() => turnstile.share());

function tooLate(): never {
  return refuse("unavailable", "The database is slow at the moment", { retryAfterSeconds: LIMITS.retryAfterSeconds });
}

/**
 * Works on a batch of signals when there is room, and answers in time: what was refused for time may still be stored, and sent again it
 * is the same batch.
 *
 * @throws Refusal unavailable, with when to come again
 */
export function throughDoor<Answer>(bytes: number, work: () => Promise<Answer>): Promise<Answer> {
  refuseWhenPressed("beat");
  return within(LIMITS.signalDeadlineMs, turnstile.through(Math.max(1, bytes), work), tooLate);
}
