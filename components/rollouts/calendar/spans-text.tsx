"use client";

import { useLocale, useTranslations } from "next-intl";
import type { Span } from "@/lib/policy/calendar/may-change-now";

/** A Sunday, from which weekdays are counted. */
const A_SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 24 * 60 * 60 * 1_000;
/** People begin the week on Monday, machines on Sunday. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

/** Short names of weekdays in the reader's language, by number (0 is Sunday). */
export function useDayNames(): (day: number) => string {
  const format = new Intl.DateTimeFormat(useLocale(), { weekday: "short", timeZone: "UTC" });
  return (day) => format.format(new Date(A_SUNDAY + day * DAY_MS));
}

const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

/** Says spans in words: "every day 02:00–05:00; Sat, Sun 22:00–07:00". */
export function useSpans(): (spans: readonly Span[]) => string {
  const t = useTranslations("calendar");
  const nameOf = useDayNames();
  const said = ({ days, from, to }: Span) => {
    const named =
      days.length === WEEK.length
        ? t("everyDay")
        : WEEK.filter((day) => days.includes(day))
            .map(nameOf)
            .join(", ");
    return `${named} ${clock(from)}–${clock(to)}`;
  };
  return (spans) => spans.map(said).join("; ");
}

/** Spans in words. */
export function SpansText({ spans }: { spans: readonly Span[] }) {
  return <span className="break-words">{useSpans()(spans)}</span>;
}
