import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { FiguresTable } from "./figures-table";
import type { UpliftItem } from "./items";

interface UpliftCardProps {
  readonly uplift: readonly UpliftItem[];
  readonly holdout: { readonly share: number; readonly stopped: string | null };
}

/** What healing brings over leaving it to people, per action, from incidents that a draw left to people. */
export function UpliftCard({ uplift, holdout }: UpliftCardProps) {
  const t = useTranslations("siraPage");
  const actions = useTranslations("sira");
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: "percent", maximumFractionDigits: 0 });
  const points = (share: number) => format.number(share * 100, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  return (
    <Card
      labelId="uplift"
      title={t("uplift")}
      aside={
        <span className="text-sm text-muted">
          {holdout.share > 0 && holdout.stopped === null ? t("holdoutOn", { share: percent(holdout.share) }) : t("holdoutOff")}
        </span>
      }
    >
      <p className="px-4 py-3 text-sm text-muted">
        {t("upliftText")} {holdout.stopped === null ? null : <span lang="en">{t("holdoutStopped", { reason: holdout.stopped })}</span>}
      </p>
      {uplift.length > 0 ? (
        <FiguresTable
          caption={t("uplift")}
          heads={[t("action"), t("treated"), t("held"), t("difference")]}
          rows={uplift.map(({ action, treated, held, difference }) => ({
            key: action,
            cells: [
              actions(`action.${action}`),
              t("of", { hits: treated.mended, count: treated.n }),
              t("of", { hits: held.mended, count: held.n }),
              difference
                ? t("points", { value: points(difference.value), low: points(difference.low), high: points(difference.high) })
                : "–",
            ],
          }))}
        />
      ) : null}
    </Card>
  );
}
