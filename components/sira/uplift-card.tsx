"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { FiguresTable } from "./figures-table";
import { HoldoutForm } from "./holdout-form";
import type { HoldoutItem, UpliftItem } from "./items";

interface UpliftCardProps {
  readonly uplift: readonly UpliftItem[];
  readonly holdout: HoldoutItem;
  readonly mayHold: boolean;
  onDone(): void;
}

/** What healing brings over leaving it to people, per action, from incidents that a draw left to people; and the order for that draw. */
export function UpliftCard({ uplift, holdout, mayHold, onDone }: UpliftCardProps) {
  const t = useTranslations("siraPage");
  const actions = useTranslations("siraPage.deed");
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: "percent", maximumFractionDigits: 0 });
  const points = (share: number) => format.number(share * 100, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const isOn = holdout.share > 0 && holdout.stopped === null;
  return (
    <Card
      labelId="uplift"
      title={t("uplift")}
      aside={
        <span className={isOn ? "text-sm font-semibold" : "text-sm text-muted"}>
          {isOn ? t("holdoutOn", { share: percent(holdout.share) }) : t("holdoutOff")}
        </span>
      }
    >
      <p className="px-4 py-3 text-sm text-muted">{t("upliftText")}</p>
      {holdout.stopped === null ? null : (
        <p className="mx-4 mb-3 rounded-md bg-raised px-3 py-2 text-sm">
          <span className="font-semibold">{t("holdoutStopped")}</span> <span lang="en">{holdout.stopped}</span>. {t("holdout.again")}
        </p>
      )}
      {uplift.length > 0 ? (
        <FiguresTable
          caption={t("uplift")}
          heads={[t("action"), t("treated"), t("held"), t("difference")]}
          rows={uplift.map(({ action, treated, held, difference }) => ({
            key: action,
            cells: [
              actions(action),
              t("of", { hits: treated.mended, count: treated.n }),
              t("of", { hits: held.mended, count: held.n }),
              difference
                ? t("points", { value: points(difference.value), low: points(difference.low), high: points(difference.high) })
                : "–",
            ],
          }))}
        />
      ) : (
        <p className="px-4 pb-3 text-sm text-muted">{t("holdout.nothing")}</p>
      )}
      {mayHold ? (
        <HoldoutForm holdout={holdout} onDone={onDone} />
      ) : (
        <p className="border-t border-hairline px-4 py-3 text-sm text-muted">{t("holdout.needsRole")}</p>
      )}
    </Card>
  );
}
