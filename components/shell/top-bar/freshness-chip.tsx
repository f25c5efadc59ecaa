"use client";

import { Pause, Play, Radio, RefreshCw, Unplug, WifiOff } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFreshness, useLiveStore } from "../../live/live-provider";
import type { LiveSnapshot } from "../../live/live-store";
import { formatDuration } from "../../live/relative-time";
import { classNames } from "../../ui/class-names";

const LOOKS = {
  live: { icon: Radio, className: "bg-ok text-on-ok border-transparent" },
  polling: { icon: RefreshCw, className: "bg-ok text-on-ok border-transparent" },
  connecting: { icon: RefreshCw, className: "bg-unknown text-on-unknown border-control" },
  paused: { icon: Pause, className: "bg-unknown text-on-unknown border-control border-dashed" },
  stale: { icon: Unplug, className: "bg-medium text-severity-ink border-severity-line" },
  offline: { icon: WifiOff, className: "bg-critical text-on-critical border-transparent" },
} as const;

function lookOf({ state, isStreamOpen, hasConnected, ageSeconds }: LiveSnapshot): keyof typeof LOOKS {
  if (state !== "live" || isStreamOpen) return state;
  return hasConnected || ageSeconds > 3 ? "polling" : "connecting";
}

/** Whether the page can be trusted right now, and a pause that really stops everything and says so. */
export function FreshnessChip() {
  const t = useTranslations("freshness");
  const locale = useLocale();
  const store = useLiveStore();
  const fresh = useFreshness();
  const { state, ageSeconds, isPaused, isTrusted } = fresh;
  // Marked on the document, so that every part dims at once without a render of its own.
  useEffect(() => {
    document.documentElement.dataset.freshness = isTrusted ? state : ageSeconds > 60 ? "offline" : "stale";
  }, [state, isTrusted, ageSeconds]);

  const look = lookOf(fresh);
  const { icon: Icon, className } = LOOKS[look];
  const age = formatDuration(ageSeconds * 1000, locale);
  const isAged = look === "stale" || look === "offline" || look === "paused";
  const Toggle = isPaused ? Play : Pause;
  const label = isPaused ? t("resume") : t("pause");
  return (
    <div className="flex items-center gap-1">
      <span
        title={t(`${look}Hint`)}
        className={classNames(
          "inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs font-semibold whitespace-nowrap",
          className,
        )}
      >
        <Icon aria-hidden="true" className="size-3.5" />
        <span role="status">{t(look)}</span>
        {isAged ? <span className="font-normal">{age}</span> : null}
      </span>
      <button
        type="button"
        onClick={() => store.setPaused(!isPaused)}
        aria-label={label}
        title={label}
        className="inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-ink"
      >
        <Toggle aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}
