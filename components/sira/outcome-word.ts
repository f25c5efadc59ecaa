import type { useTranslations } from "next-intl";

const OUTCOMES = ["fixed", "not_fixed", "recurred", "made_worse", "inconclusive"] as const;

/** An outcome in the reader's language; one that is not known here as it came. */
export function outcomeWord(t: ReturnType<typeof useTranslations<"siraPage">>, outcome: string | null): string {
  const known = OUTCOMES.find((name) => name === outcome);
  return known ? t(`outcomes.${known}`) : (outcome ?? t("open"));
}
