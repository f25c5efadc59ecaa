import type { useFormatter, useTranslations } from "next-intl";
import type { AttemptItem, IncidentItem } from "../../live/items";

type Words = ReturnType<typeof useTranslations<"sira">>;
type Format = Pick<ReturnType<typeof useFormatter>, "number">;

/** What SIRA proposed, what policy made of it, and what became of that, in one or two sentences. */
export function siraSentence(
  t: Words,
  format: Format,
  incident: Pick<IncidentItem, "sira_decision" | "permit">,
  latest: AttemptItem | null,
): string {
  const { sira_decision: decision, permit } = incident;
  if (!decision) return latest ? t(`outcome.${latest.status}`) : t("undecided");
  const proposal = t("proposed", {
    action: decision.patch_version
      ? t("actionTo", { action: t(`action.${decision.action}`), version: decision.patch_version })
      : t(`action.${decision.action}`),
    confidence: format.number(decision.confidence, { style: "percent", maximumFractionDigits: 0 }),
  });
  const rest = latest ? t(`outcome.${latest.status}`) : permit ? t(`permit.${permit.kind}`) : "";
  return `${proposal} ${rest}`.trim();
}
