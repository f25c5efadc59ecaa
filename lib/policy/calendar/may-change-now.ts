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

/** Day (0 is Sunday) and hour of an instant on the clock of a place, summer time and all. */
export function localHour(now: Date, timeZone: string): { readonly day: number; readonly hour: number } {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" }).formatToParts(now);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { day: DAYS.indexOf(of("weekday")), hour: Number(of("hour")) };
}

/** Whether an hour lies in a span; one across midnight belongs to the day on which it begins. */
function isWithin({ days, from, to }: Span, { day, hour }: { day: number; hour: number }): boolean {
  if (from < to) return days.includes(day) && hour >= from && hour < to;
  return (days.includes(day) && hour >= from) || (days.includes((day + 6) % 7) && hour < to);
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
  let here: { day: number; hour: number };
  try {
    here = localHour(now, calendar.timeZone);
  } catch {
    return "window";
  }
  if (calendar.quiet.some((span) => isWithin(span, here))) return "window";
  return calendar.windows.length === 0 || calendar.windows.some((span) => isWithin(span, here)) ? null : "window";
}
