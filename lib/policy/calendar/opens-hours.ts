import { type Calendar, isHeldAt, type WallClock } from "@/lib/policy/calendar/may-change-now";

/** Every hour of a week, as the wall shows it: spans begin and end at full hours. */
const WEEK: readonly WallClock[] = Array.from({ length: 7 * 24 }, (_, hour) => ({
  day: Math.floor(hour / 24),
  hour: hour % 24,
  minute: 0,
}));

/**
 * Whether other hours let something begin that a merchant's own hold now: that waits for a second person.
 *
 * Hours of two zones lie differently to each other in summer and in winter, so another zone opens some hour unless nothing was held before, or
 * everything is from then on.
 *
 * @param before  null: the merchant said nothing, and nothing is held
 */
export function opensHours(before: Calendar | null, after: Calendar): boolean {
  if (!before) return false;
  const held = WEEK.filter((hour) => isHeldAt(before, hour));
  const open = WEEK.filter((hour) => !isHeldAt(after, hour));
  if (before.timeZone !== after.timeZone) return held.length > 0 && open.length > 0;
  return open.some((hour) => held.includes(hour));
}
