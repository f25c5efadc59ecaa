"use client";

import { useFormatter, useTranslations } from "next-intl";
import { classNames } from "../ui/class-names";

/** Share of webhooks that failed since the beat before; from a fifth on it is a finding (detection, webhook_fail_rate). */
const NOTABLE = 0.2;
const BAR_WIDTH = 48;

/** The share as a bar and a figure; nothing known is a dash, never zero. */
export function FailRate({ rate }: { rate: number | null }) {
  const format = useFormatter();
  const t = useTranslations("fleet");
  if (rate === null) return <span className="text-muted">{t("unknownRate")}</span>;
  const isNotable = rate >= NOTABLE;
  const width = Math.max(rate > 0 ? 2 : 0, Math.min(1, rate) * BAR_WIDTH);
  return (
    <span className="inline-flex items-center gap-2">
      <svg width={BAR_WIDTH} height="6" viewBox={`0 0 ${BAR_WIDTH} 6`} aria-hidden="true" className="shrink-0">
        <rect width={BAR_WIDTH} height="6" rx="3" className="fill-raised" />
        <rect width={width} height="6" rx="3" className={isNotable ? "fill-danger" : "fill-control"} />
      </svg>
      <span className={classNames("w-10 text-right", isNotable && "font-semibold text-danger")}>
        {format.number(rate, { style: "percent", maximumFractionDigits: 0 })}
      </span>
    </span>
  );
}
