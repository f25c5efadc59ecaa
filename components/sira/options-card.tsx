import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../ui/card";
import { FiguresTable } from "./figures-table";
import type { DecisionDetail } from "./items";

/** What else was possible, how sure the model was of each, and with which chance it drew it. */
export function OptionsCard({ decision: { options, decision, source } }: { decision: DecisionDetail }) {
  const t = useTranslations("siraPage");
  const actions = useTranslations("sira");
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: "percent", maximumFractionDigits: 1 });
  return (
    <Card labelId="options" title={t("options")}>
      {options.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t(source === "local" ? "optionsGone" : "optionsElsewhere")}</p>
      ) : (
        <FiguresTable
          caption={t("optionsText")}
          isCaptionShown
          heads={[t("action"), t("confidence"), t("spread"), t("propensity")]}
          rows={options.map(({ action, patch_version, confidence, spread, propensity }) => ({
            key: action,
            cells: [
              <span key="action" className={action === decision.action ? "font-semibold" : undefined}>
                {actions(`action.${action}`)} {patch_version ? <span className="font-mono">{patch_version}</span> : null}
                {action === decision.action ? <span className="text-muted"> {t("chosen")}</span> : null}
              </span>,
              percent(confidence),
              format.number(spread, { maximumFractionDigits: 2 }),
              percent(propensity),
            ],
          }))}
        />
      )}
    </Card>
  );
}
