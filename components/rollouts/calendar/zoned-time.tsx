"use client";

import { useFormatter } from "next-intl";
import { useTimeZone } from "../../ui/time-zone";

const SHOWN = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** An instant on the reader's clock and, where it is another one, on the merchant's. */
export function ZonedTime({ at, zone }: { at: string; zone?: string | undefined }) {
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  const said = (where: string) => format.dateTime(new Date(at), { ...SHOWN, timeZone: where });
  const isOther = zone !== undefined && zone !== timeZone;
  return (
    <time dateTime={at}>
      {said(timeZone)} <span className="text-muted">{timeZone}</span>
      {isOther ? (
        <>
          {" "}
          · {said(zone)} <span className="text-muted">{zone}</span>
        </>
      ) : null}
    </time>
  );
}
