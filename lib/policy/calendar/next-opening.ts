import { type Calendar, changeIsHeldBy, type Freeze } from "@/lib/policy/calendar/may-change-now";

export const QUARTER_MS = 15 * 60 * 1_000;

/** What has to be open at once for a change to begin by itself at a merchant. */
export interface Openings {
  /** The merchant's own hours; null: any. */
  readonly calendar: Calendar | null;
  /** Everybody's and the merchant's. */
  readonly freezes: readonly Freeze[];
  /** The policy's hours, UTC. */
  readonly windows: readonly { readonly from: number; readonly to: number }[];
}

/** Whether the policy's hours, UTC, are open at an instant. */
export function isWithinWindows(windows: Openings["windows"], at: Date): boolean {
  const hour = at.getUTCHours();
  return windows.some(({ from, to }) => hour >= from && hour < to);
}

/**
 * When a change may next begin at a merchant: the first instant at which no freeze holds it, its hours are open and the policy's are, too. Clocks
 * differ by quarters of an hour, and spans begin at full ones, so each quarter is looked at.
 *
 * @param horizonMs  how far to look; past a week the hours repeat
 * @returns null where it is not within the horizon
 */
export function nextOpening({ calendar, freezes, windows }: Openings, now: Date, horizonMs: number): Date | null {
  const isOpen = (at: Date) => isWithinWindows(windows, at) && changeIsHeldBy(calendar, freezes, at) === null;
  const end = now.getTime() + horizonMs;
  if (isOpen(now)) return now;
  const ends = freezes.map(({ endsAt }) => endsAt.getTime()).filter((at) => at > now.getTime() && at <= end);
  const first = Math.floor(now.getTime() / QUARTER_MS) * QUARTER_MS + QUARTER_MS;
  const quarters = Array.from(
    { length: Math.max(0, Math.floor((end - first) / QUARTER_MS) + 1) },
    (_, index) => first + index * QUARTER_MS,
  );
  const instants = ends.length > 0 ? [...quarters, ...ends].toSorted((a, b) => a - b) : quarters;
  for (const instant of instants) if (isOpen(new Date(instant))) return new Date(instant);
  return null;
}
