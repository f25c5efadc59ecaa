import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { StateView } from "../ui/state-view";
import { FiguresTable } from "./figures-table";
import { IntervalPlot } from "./interval-plot";
import type { StretchItem } from "./items";

/** Worth from -1..1 to the plot's 0..1. */
const placed = (worth: number) => Math.min(1, Math.max(0, (worth + 1) / 2));

/** What decisions brought over the last weeks: it should rise, and come back after the world has changed. */
export function CurveCard({ curve }: { curve: readonly StretchItem[] }) {
  const t = useTranslations("siraPage");
  const format = useFormatter();
  const day = (at: string) => format.dateTime(new Date(at), { day: "numeric", month: "short", timeZone: "UTC" });
  const figure = (worth: number) => format.number(worth, { maximumFractionDigits: 2, signDisplay: "negative" });
  const told = curve.filter(({ n }) => n > 0);
  const largest = Math.max(1, ...told.map(({ n }) => n));
  const points = curve.flatMap(({ from, n, worth }, index) =>
    worth
      ? [
          {
            key: from,
            x: (index + 0.5) / curve.length,
            y: placed(worth.value),
            low: placed(worth.low),
            high: placed(worth.high),
            weight: n / largest,
          },
        ]
      : [],
  );
  return (
    <Card labelId="curve" title={t("curve")}>
      {told.length === 0 ? (
        <StateView kind="empty" title={t("noOutcomes")} text={t("noOutcomesText")} />
      ) : (
        <div className="grid gap-2 py-3">
          <p className="px-4 text-sm text-muted">{t("curveText")}</p>
          <div className="px-4">
            <IntervalPlot
              points={points}
              label={t("curvePlot")}
              reference={0.5}
              isJoined
              ends={{ bottom: "−1", top: "1", left: day(curve[0]?.from ?? ""), right: day(curve.at(-1)?.to ?? "") }}
            />
          </div>
          <FiguresTable
            caption={t("curveTable")}
            heads={[t("from"), t("mended"), t("worth")]}
            rows={told.map(({ from, n, mended, worth }) => ({
              key: from,
              cells: [
                day(from),
                t("of", { hits: mended, count: n }),
                worth ? `${figure(worth.value)} (${figure(Math.max(-1, worth.low))} – ${figure(Math.min(1, worth.high))})` : "–",
              ],
            }))}
          />
        </div>
      )}
    </Card>
  );
}
