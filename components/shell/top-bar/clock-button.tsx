"use client";

import { useTranslations } from "next-intl";
import { WallClock } from "../../ui/relative-time";
import { useTimeZone } from "../../ui/time-zone";

/** The time, in UTC or in the reader's own zone; all times on the page follow it. */
export function ClockButton() {
  const t = useTranslations("clock");
  const { choice, choose } = useTimeZone();
  return (
    <button
      type="button"
      onClick={() => choose(choice === "utc" ? "local" : "utc")}
      title={choice === "utc" ? t("toLocal") : t("toUtc")}
      className="hidden h-9 items-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-raised hover:text-ink lg:inline-flex"
    >
      <WallClock />
      <span className="text-xs font-semibold">{t(choice)}</span>
    </button>
  );
}
