import { useFormatter, useTranslations } from "next-intl";
import type { SloItem } from "./items";

/** Writes shares, burns and limits; what is unknown is a dash. */
export function useSloFigures() {
  const format = useFormatter();
  const t = useTranslations("slos");
  const share = (value: number | null, digits = 1) =>
    value === null ? t("never") : format.number(value, { style: "percent", maximumFractionDigits: digits });
  const times = (burn: number | null) =>
    burn === null ? t("never") : `${format.number(burn, { maximumFractionDigits: burn < 100 ? 1 : 0 })}×`;
  const milliseconds = (ms: number) =>
    ms >= 10_000
      ? format.number(ms / 1_000, { style: "unit", unit: "second", maximumFractionDigits: 0 })
      : format.number(ms, { style: "unit", unit: "millisecond", maximumFractionDigits: 0 });
  const promised = ({ target, limit_ms: limit }: Pick<SloItem, "target" | "limit_ms">) =>
    limit === null ? share(target, 2) : t("within", { share: share(target, 2), limit: milliseconds(limit) });
  const count = (value: number) => format.number(value, { maximumFractionDigits: 0 });
  return { share, times, milliseconds, promised, count };
}

/** What an objective is called. */
export function useSloName(): (slo: Pick<SloItem, "module_title" | "surface" | "metric">) => string {
  const t = useTranslations("slos");
  return ({ module_title: module, surface, metric }) =>
    t("name", { module, metric: t(`metrics.${metric}`), surface: t(`surfaces.${surface}`) });
}
