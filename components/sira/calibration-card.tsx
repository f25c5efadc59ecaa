import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { StateView } from "../ui/state-view";
import { FiguresTable } from "./figures-table";
import { IntervalPlot } from "./interval-plot";
import type { BucketItem } from "./items";

interface CalibrationCardProps {
  readonly calibration: { readonly n: number; readonly error: number | null; readonly buckets: readonly BucketItem[] };
}

/** Whether confidences come true: of what was proposed with 80 %, about 80 % should have mended. */
export function CalibrationCard({ calibration: { n, error, buckets } }: CalibrationCardProps) {
  const t = useTranslations("siraPage");
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: "percent", maximumFractionDigits: 0 });
  const told = buckets.filter((bucket) => bucket.n > 0);
  const largest = Math.max(1, ...told.map((bucket) => bucket.n));
  const points = told.flatMap((bucket) =>
    bucket.hit_rate
      ? [
          {
            key: String(bucket.low),
            x: bucket.mean_confidence,
            y: bucket.hit_rate.value,
            low: bucket.hit_rate.low,
            high: bucket.hit_rate.high,
            weight: bucket.n / largest,
          },
        ]
      : [],
  );
  const sentence =
    error === null ? t("noOutcomes") : t("calibrationText", { error: format.number(error, { maximumFractionDigits: 3 }), count: n });
  return (
    <Card labelId="calibration" title={t("calibration")}>
      {told.length === 0 ? (
        <StateView kind="empty" title={t("noOutcomes")} text={t("noOutcomesText")} />
      ) : (
        <div className="grid gap-2 py-3">
          <p className="px-4 text-sm text-muted">{sentence}</p>
          <div className="px-4">
            <IntervalPlot
              points={points}
              label={t("calibrationPlot")}
              reference="diagonal"
              ends={{ bottom: percent(0), top: percent(1), left: t("confidenceAxis", { share: percent(0) }), right: percent(1) }}
            />
          </div>
          <FiguresTable
            caption={t("calibrationTable")}
            heads={[t("confidence"), t("mended"), t("hitRate")]}
            rows={told.map(({ low, high, n: count, hits, hit_rate }) => ({
              key: String(low),
              cells: [
                `${percent(low)} – ${percent(high)}`,
                t("of", { hits, count }),
                hit_rate ? `${percent(hit_rate.value)} (${percent(hit_rate.low)} – ${percent(hit_rate.high)})` : "–",
              ],
            }))}
          />
        </div>
      )}
    </Card>
  );
}
