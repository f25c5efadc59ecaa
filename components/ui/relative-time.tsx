"use client";

import { useFormatter, useLocale } from "next-intl";
import { useLiveState, useTimeText } from "../live/live-provider";
import { formatDuration, formatRelative } from "../live/relative-time";
import { useTimeZone } from "./time-zone";

/** An instant in words, moving with the clock; the tooltip has it in full. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const locale = useLocale();
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  const text = useTimeText((nowMs) => formatRelative(Date.parse(at), nowMs, locale));
  const full = format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "long", hourCycle: "h23", timeZone });
  return (
    <time dateTime={at} title={full} className={className}>
      {text}
    </time>
  );
}

/** How long something lasted, or lasts so far. */
export function Lasting({ from, to }: { from: string; to: string | null }) {
  const locale = useLocale();
  const text = useTimeText((nowMs) => formatDuration((to === null ? nowMs : Date.parse(to)) - Date.parse(from), locale));
  return <span>{text}</span>;
}

/** An instant as date and time, in the time zone that the reader chose. */
export function AbsoluteTime({ at, className }: { at: string; className?: string }) {
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  return (
    <time dateTime={at} className={className}>
      {format.dateTime(new Date(at), {
        day: "2-digit",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
        timeZone,
      })}
    </time>
  );
}

/** The wall clock of the top bar. */
export function WallClock() {
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  // The clock follows the server, whose stamps all other times on the page are.
  useLiveState("skewMs");
  const text = useTimeText((nowMs) =>
    format.dateTime(new Date(nowMs), { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone }),
  );
  return <span>{text}</span>;
}
