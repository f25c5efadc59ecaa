"use client";

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from "react";
import { keepPreference } from "./preference-cookie";

export type ZoneChoice = "utc" | "local";

interface TimeZone {
  readonly choice: ZoneChoice;
  /** IANA name to format with. */
  readonly timeZone: string;
  choose(choice: ZoneChoice): void;
}

const TimeZoneContext = createContext<TimeZone>({ choice: "utc", timeZone: "UTC", choose: () => undefined });

const nothingToWatch = () => () => undefined;
const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** UTC or the browser's own zone, as the reader chose. The server knows only UTC, so the page begins with that. */
export function TimeZoneProvider({ initial, children }: { initial: ZoneChoice; children: ReactNode }) {
  const [choice, setChoice] = useState(initial);
  const local = useSyncExternalStore(nothingToWatch, localZone, () => "UTC");
  const choose = (next: ZoneChoice) => {
    setChoice(next);
    keepPreference("clock", next);
  };
  return <TimeZoneContext value={{ choice, timeZone: choice === "utc" ? "UTC" : local, choose }}>{children}</TimeZoneContext>;
}

export function useTimeZone(): TimeZone {
  return useContext(TimeZoneContext);
}
