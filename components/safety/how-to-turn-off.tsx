"use client";

import { useTranslations } from "next-intl";
import { Card } from "../ui/card";

interface HowToTurnOffProps {
  /** The reader has a second factor to show. */
  readonly hasFactor: boolean;
  /** The reader may be the second person. */
  readonly mayAgree: boolean;
}

/** Away from safety takes two people: what each of them does, in order. */
export function HowToTurnOff({ hasFactor, mayAgree }: HowToTurnOffProps) {
  const t = useTranslations("safety.turnOff");
  return (
    <Card labelId="turn-off" title={t("title")}>
      <ol className="grid list-decimal gap-1.5 py-3 pr-4 pl-9 text-sm">
        <li>
          {t("first")} {hasFactor ? null : <strong className="font-semibold">{t("noFactor")}</strong>}
        </li>
        <li>
          {t("second")} {mayAgree ? t("youMayAgree") : null}
        </li>
        <li>{t("third")}</li>
      </ol>
    </Card>
  );
}
