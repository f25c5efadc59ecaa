/** Days (0 is Sunday) and whole hours of a merchant's own clock; `to` is exclusive and may lie before `from`, across midnight. */
export interface Span {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** When a merchant may be changed, by its own clock. */
export interface Calendar {
  readonly timeZone: string;
  /** Changes begin only within these; [] is any time. */
  readonly windows: readonly Span[];
  /** Nothing begins within these: the merchant sleeps, or sells. */
  readonly quiet: readonly Span[];
}

export interface Freeze {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

const DAYS: readonly string[] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What the wall shows: day (0 is Sunday), hour and minute. */
export interface WallClock {
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Formatters by zone: making one costs more than using it a hundred times, and there are no more zones than the machine knows. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = CLOCKS.get(timeZone);
  if (known) return known;
  const options = { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const made = new Intl.DateTimeFormat("en-US", options);
  CLOCKS.set(timeZone, made);
  return made;
}

/** Day, hour and minute of an instant on the clock of a place, summer time and all. @throws RangeError for a zone that nobody knows */
export function localClock(now: Date, timeZone: string): WallClock {
  const parts = clockOf(timeZone).formatToParts(now);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { day: DAYS.indexOf(of("weekday")), hour: Number(of("hour")), minute: Number(of("minute")) };
}

/** Whether an hour lies in a span; one across midnight belongs to the day on which it begins. */
function isWithin({ days, from, to }: Span, { day, hour }: WallClock): boolean {
  if (from < to) return days.includes(day) && hour >= from && hour < to;
  return (days.includes(day) && hour >= from) || (days.includes((day + 6) % 7) && hour < to);
}

/** Whether hours hold a change when the wall shows this. */
export function isHeldAt({ windows, quiet }: Pick<Calendar, "windows" | "quiet">, here: WallClock): boolean {
  if (quiet.some((span) => isWithin(span, here))) return true;
  return windows.length > 0 && !windows.some((span) => isWithin(span, here));
}

/** Whether a merchant's own hours hold a change. @throws RangeError for a zone that nobody knows */
export function isHeldByHours(calendar: Calendar, now: Date): boolean {
  return isHeldAt(calendar, localClock(now, calendar.timeZone));
}

/**
 * Whether a change may begin at a merchant now. What goes toward safety (a rollback, a recall) asks nobody.
 *
 * @param calendar  null: the merchant said nothing, and any hour will do
 * @returns null, or what holds it: a freeze, a window that is not open, quiet hours. A time zone that nobody knows holds it, too
 */
export function changeIsHeldBy(calendar: Calendar | null, freezes: readonly Freeze[], now: Date): "freeze" | "window" | null {
  if (freezes.some(({ startsAt, endsAt }) => startsAt <= now && now < endsAt)) return "freeze";
  if (!calendar) return null;
  try {
    return isHeldByHours(calendar, now) ? "window" : null;
  } catch {
    return "window";
  }
}
