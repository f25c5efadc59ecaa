"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { FiguresTable } from "./figures-table";
import type { DriftItem, StretchOfLabels } from "./items";

/** Whether outcomes of late still are what SIRA learned from. */
export function DriftCard({ drift }: { drift: DriftItem }) {
  const t = useTranslations("siraPage.drift");
  const figures = useTranslations("siraPage");
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: "percent", maximumFractionDigits: 0 });
  const points = (share: number) => format.number(share * 100, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const rate = ({ share }: StretchOfLabels) => (share ? `${percent(share.value)} (${percent(share.low)} – ${percent(share.high)})` : "–");
  const { recent, before, difference, verdict, recent_days } = drift;
  const row = (key: string, name: string, stretch: StretchOfLabels) => {
    const { n, mended } = stretch;
    return { key, cells: [name, figures("of", { hits: mended, count: n }), rate(stretch), String(stretch.void)] };
  };
  return (
    <Card labelId="drift" title={t("title")}>
      <p className={verdict === "worse" ? "px-4 py-3 text-sm font-medium text-danger" : "px-4 py-3 text-sm text-muted"}>
        {t(`verdict.${verdict}`, { days: recent_days })}{" "}
        {difference
          ? figures("points", { value: points(difference.value), low: points(difference.low), high: points(difference.high) })
          : null}
      </p>
      {recent.n + before.n + recent.void + before.void > 0 ? (
        <FiguresTable
          caption={t("title")}
          heads={[t("stretch"), figures("mended"), figures("hitRate"), t("void")]}
          rows={[row("recent", t("recent", { days: recent_days }), recent), row("before", t("before"), before)]}
        />
      ) : null}
    </Card>
  );
}
