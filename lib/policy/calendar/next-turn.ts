import { type Calendar, changeIsHeldBy, type Freeze, isHeldByHours, localClock } from "@/lib/policy/calendar/may-change-now";

const QUARTER_MS = 15 * 60 * 1_000;
/** A week of hours, and one that a clock may be set back by: past it the hours repeat. */
const FARTHEST_MS = (7 * 24 + 1) * 60 * 60 * 1_000;

/** What holds from some instant on; null: nothing does. */
export interface CalendarTurn {
  readonly at: Date;
  readonly heldBy: "freeze" | "window" | null;
}

/**
 * The next full hours on the clock of a place: nothing else begins or ends a span. Clocks are set and zones differ by quarters of
 * an hour, so each quarter is looked at and the minutes on the wall decide.
 */
function* fullHours(after: Date, timeZone: string): Generator<Date> {
  const first = Math.floor(after.getTime() / QUARTER_MS) * QUARTER_MS + QUARTER_MS;
  for (let at = first; at <= after.getTime() + FARTHEST_MS; at += QUARTER_MS) {
    const instant = new Date(at);
    if (localClock(instant, timeZone).minute === 0) yield instant;
  }
}

/** When hours alone next turn from holding to not holding, or back; null where they never do. */
function nextTurnOfHours(calendar: Calendar, now: Date): Date | null {
  if (calendar.windows.length === 0 && calendar.quiet.length === 0) return null;
  try {
    const isHeld = isHeldByHours(calendar, now);
    for (const at of fullHours(now, calendar.timeZone)) if (isHeldByHours(calendar, at) !== isHeld) return at;
  } catch {
    return null;
  }
  return null;
}

/**
 * When what holds a merchant next turns into something else, and into what.
 *
 * @returns null where it stays as it is: nothing is planned, or its windows never open
 */
export function nextTurn(calendar: Calendar | null, freezes: readonly Freeze[], now: Date): CalendarTurn | null {
  const is = changeIsHeldBy(calendar, freezes, now);
  const edges = freezes.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]).filter((at) => at > now);
  // A freeze covers whatever the hours say meanwhile; a turn of the hours counts only outside of one.
  const hours = calendar && is !== "freeze" ? nextTurnOfHours(calendar, now) : null;
  const turns = [...edges, ...(hours ? [hours] : [])].toSorted((a, b) => a.getTime() - b.getTime());
  for (const at of turns) {
    const heldBy = changeIsHeldBy(calendar, freezes, at);
    if (heldBy !== is) return { at, heldBy };
  }
  return null;
}
