import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import { localClock } from "@/lib/policy/calendar/may-change-now";

/** Whether a name is a time zone that this machine knows. */
function isKnownZone(name: string): boolean {
  try {
    localClock(new Date(0), name);
    return true;
  } catch {
    return false;
  }
}

const span = z
  .strictObject({
    /** 0 is Sunday. */
    days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
    from: z.number().int().min(0).max(23),
    /** Exclusive; before `from` it lies on the next day. */
    to: z.number().int().min(1).max(24),
  })
  .refine(({ days }) => new Set(days).size === days.length, { path: ["days"], message: "a day is named once" })
  .refine(({ from, to }) => from !== to, { path: ["to"], message: "a span ends at another hour than it begins; 0 to 24 is a whole day" });

/** When a merchant may be changed, as people write it down. */
export const calendarFields = {
  timeZone: z.string().min(1).max(64).refine(isKnownZone, "the name of a time zone such as Europe/Paris"),
  /** [] is any time. */
  windows: z.array(span).max(LIMITS.calendarSpans),
  quiet: z.array(span).max(LIMITS.calendarSpans),
};
