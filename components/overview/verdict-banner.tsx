"use client";

import { CircleCheck, CircleDashed, PlugZap, UserRound, Wrench } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useFreshness } from "../live/live-provider";
import { formatDuration } from "../live/relative-time";
import type { OverallVerdict } from "./overall-verdict";

const LOOKS = {
  well: { icon: CircleCheck, className: "bg-ok text-on-ok" },
  healing: { icon: Wrench, className: "bg-accent-wash text-accent" },
  needs_person: { icon: UserRound, className: "bg-danger-wash text-danger" },
  unknown: { icon: CircleDashed, className: "bg-unknown text-on-unknown" },
  empty: { icon: PlugZap, className: "bg-unknown text-on-unknown" },
} as const;

interface VerdictBannerProps {
  readonly verdict: OverallVerdict;
  /** Plugins that are late or silent right now. */
  readonly unheard: number;
}

/** One sentence on how things are, and how old it is. */
export function VerdictBanner({ verdict, unheard }: VerdictBannerProps) {
  const t = useTranslations("overview");
  const locale = useLocale();
  const { ageSeconds } = useFreshness();
  const { icon: Icon, className } = LOOKS[verdict.kind];
  return (
    <div className="flex items-start gap-3 rounded-lg border border-hairline bg-panel p-4 sm:items-center">
      <span className={`inline-flex size-10 shrink-0 items-center justify-center rounded-full ${className}`}>
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <div className="min-w-0">
        <h1 className="text-lg font-semibold text-balance sm:text-xl" aria-live="polite">
          {t(`verdict.${verdict.kind}`, { sick: verdict.sick, needing: verdict.needing, total: verdict.total })}
        </h1>
        <p className="text-sm text-muted">
          {unheard > 0 ? `${t("unheard", { count: unheard })} ` : ""}
          {t("checked", { age: formatDuration(ageSeconds * 1000, locale) })}
        </p>
      </div>
    </div>
  );
}
