import { useFormatter, useTranslations } from "next-intl";
import type { BucketItem } from "./items";

/** How often confidences like this one came true before, with how many that rests on. */
export function HitRate({ bucket }: { bucket: BucketItem | null }) {
  const t = useTranslations("siraPage");
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: "percent", maximumFractionDigits: 0 });
  if (!bucket?.hit_rate) return <p className="text-sm text-muted">{t("neverBefore")}</p>;
  const { value, low, high } = bucket.hit_rate;
  return (
    <p className="text-sm text-muted">
      {t("hitRateText", {
        low: percent(bucket.low),
        high: percent(bucket.high),
        rate: percent(value),
        from: percent(low),
        to: percent(high),
        n: bucket.n,
      })}
    </p>
  );
}
