import type { Freeze } from "@/lib/policy/calendar/may-change-now";

/**
 * Whether a change lets something begin that the freeze would hold: some moment from now on lies in what was, and not in what would be.
 *
 * @param after  null: it is over at once
 * @throws RangeError when the freeze is over already: there is nothing to shorten
 */
export function shortensFreeze(before: Freeze, after: Freeze | null, now: Date): boolean {
  if (before.endsAt <= now) throw new RangeError("a freeze that is over cannot be changed");
  if (!after) return true;
  const heldFrom = Math.max(before.startsAt.getTime(), now.getTime());
  return after.startsAt.getTime() > heldFrom || after.endsAt < before.endsAt;
}
