import { LIMITS } from "@/lib/platform/limits";

/** Wrong passwords in a row, and until when no further try counts. */
export interface Tries {
  readonly failures: number;
  readonly lockedUntil: Date | null;
}

export const NO_TRIES: Tries = { failures: 0, lockedUntil: null };

export function isLocked({ lockedUntil }: Tries, now: Date): boolean {
  return lockedUntil !== null && lockedUntil > now;
}

const afterSeconds = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1_000);

/**
 * One more wrong password from places that never succeeded: at the limit they are locked out for LIMITS.signInLockSeconds. The count
 * starts anew once a lock has run out.
 */
export function countStrangersWrong(tries: Tries, limit: number, now: Date): Tries {
  const failures = (tries.lockedUntil ? 0 : tries.failures) + 1;
  return { failures, lockedUntil: failures >= limit ? afterSeconds(now, LIMITS.signInLockSeconds) : null };
}

/**
 * One more wrong password from where the person succeeded before: each one past the limit doubles the wait, up to
 * LIMITS.signInDelaySeconds, so that whoever shares the place (a family, an office) cannot keep the person out for long.
 */
export function countKnownWrong({ failures: before }: Tries, now: Date): Tries {
  const failures = before + 1;
  const past = failures - LIMITS.signInFailuresBeforeLock;
  return { failures, lockedUntil: past < 0 ? null : afterSeconds(now, Math.min(2 ** past, LIMITS.signInDelaySeconds)) };
}
