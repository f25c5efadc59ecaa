import type { Calendar } from "@/lib/policy/calendar/may-change-now";

/** A merchant's hours as commands answer them, requests carry them and the API shows them. */
export function hoursOf({ timeZone, windows, quiet }: Calendar) {
  const spans = (some: Calendar["windows"]) => some.map(({ days, from, to }) => ({ days: [...days], from, to }));
  return { time_zone: timeZone, windows: spans(windows), quiet: spans(quiet) };
}
