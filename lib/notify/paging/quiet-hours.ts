/** When somebody is not to be woken, by the clock on their own wall. */
export interface QuietHours {
  readonly timeZone: string;
  /** Minutes after midnight, 0 to 1439. From 1320 to 420 is a night; from and to alike is never. */
  readonly from: number;
  readonly to: number;
}

const DAY_MINUTES = 24 * 60;

/** Whether a name is a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Minutes after midnight on a wall in that time zone. @throws RangeError for a time zone that is none */
export function wallMinutes(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
  const part = (type: "hour" | "minute") => Number(parts.find((one) => one.type === type)?.value);
  return part("hour") * 60 + part("minute");
}

/**
 * Until when somebody's quiet hours last; null outside of them.
 *
 * When a clock is set forward or back within the night, the answer is off by as much; whoever waits for it looks again.
 */
export function quietUntil({ timeZone, from, to }: QuietHours, at: Date): Date | null {
  const minute = wallMinutes(at, timeZone);
  const sinceBegin = (minute - from + DAY_MINUTES) % DAY_MINUTES;
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES;
  if (sinceBegin >= length) return null;
  const wholeMinute = Math.floor(at.getTime() / 60_000) * 60_000;
  return new Date(wholeMinute + (length - sinceBegin) * 60_000);
}
