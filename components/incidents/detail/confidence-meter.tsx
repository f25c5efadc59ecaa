"use client";

import { useFormatter, useTranslations } from "next-intl";

const WIDTH = 128;

/** How sure SIRA is, as a bar and a figure. */
export function ConfidenceMeter({ confidence }: { confidence: number }) {
  const t = useTranslations("sira");
  const format = useFormatter();
  const share = Math.min(1, Math.max(0, confidence));
  return (
    <div className="flex items-center gap-3 text-sm">
      <span className="text-muted">{t("confidence")}</span>
      <svg width={WIDTH} height="8" viewBox={`0 0 ${WIDTH} 8`} aria-hidden="true">
        <rect width={WIDTH} height="8" rx="4" className="fill-raised" />
        <rect width={share * WIDTH} height="8" rx="4" className="fill-accent" />
      </svg>
      <span className="font-semibold">{format.number(share, { style: "percent", maximumFractionDigits: 0 })}</span>
    </div>
  );
}
