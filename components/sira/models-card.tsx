"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { DangerDialog } from "../ui/danger-dialog";
import { FiguresTable } from "./figures-table";
import type { ModelItem, PromotionItem } from "./items";

const STATIC_RULES = "sira-v0";

interface ModelsCardProps {
  readonly activeVersion: string;
  readonly models: readonly ModelItem[];
  readonly promotions: readonly PromotionItem[];
  readonly powers: { readonly mayPromote: boolean; readonly mayRollBack: boolean; readonly seesModels: boolean };
  /** Called once the server has taken an order. */
  onDone(): void;
}

type Wish = { readonly do: "promote"; readonly model: ModelItem } | { readonly do: "rollback" } | null;

/** The model in force, its rivals with what their shadows showed, and the ways to change it. */
export function ModelsCard({ activeVersion, models, promotions, powers, onDone }: ModelsCardProps) {
  const t = useTranslations("siraPage");
  const [wish, setWish] = useState<Wish>(null);
  const confirm = async (reason: string) => {
    if (wish?.do === "promote") {
      await postJson("/api/ops/sira/models/promote", { version: wish.model.version, from: activeVersion, reason }, newKey());
    } else {
      await postJson("/api/ops/sira/models/rollback", { from: activeVersion, reason }, newKey());
    }
    onDone();
  };
  const canGoBack = powers.mayRollBack && activeVersion !== STATIC_RULES;
  return (
    <Card
      labelId="models"
      title={t("models")}
      aside={canGoBack ? <Button onClick={() => setWish({ do: "rollback" })}>{t("rollBack")}</Button> : null}
    >
      <p className="px-4 py-3 text-sm">
        {t("inForce")} <span className="font-mono font-medium">{activeVersion}</span>{" "}
        <span className="text-muted">{activeVersion === STATIC_RULES ? t("staticRules") : null}</span>
      </p>
      {models.length === 0 ? (
        <p className="px-4 pb-3 text-sm text-muted">{powers.seesModels ? t("noModels") : t("platformModels")}</p>
      ) : (
        <Models
          models={models}
          activeVersion={activeVersion}
          onPromote={powers.mayPromote ? (model) => setWish({ do: "promote", model }) : null}
        />
      )}
      {promotions.length > 0 ? <Promotions promotions={promotions} /> : null}
      <DangerDialog
        isOpen={wish !== null}
        title={wish?.do === "promote" ? t("promoteTitle", { version: wish.model.version }) : t("rollBackTitle", { version: activeVersion })}
        impact={
          <p>{wish?.do === "promote" ? t("promoteImpact", { verdict: t(`verdict.${wish.model.shadow.verdict}`) }) : t("rollBackImpact")}</p>
        }
        reasons={wish?.do === "promote" ? [t("reasonShadow"), t("reasonReviewed")] : [t("reasonWorse"), t("reasonUnsure")]}
        confirmLabel={wish?.do === "promote" ? t("promote") : t("rollBack")}
        look={wish?.do === "promote" ? "primary" : "danger"}
        onConfirm={confirm}
        onClose={() => setWish(null)}
      />
    </Card>
  );
}

interface ModelsProps {
  readonly models: readonly ModelItem[];
  readonly activeVersion: string;
  readonly onPromote: ((model: ModelItem) => void) | null;
}

function Models({ models, activeVersion, onPromote }: ModelsProps) {
  const t = useTranslations("siraPage");
  const format = useFormatter();
  const figure = (value: number | null) => (value === null ? "–" : format.number(value, { maximumFractionDigits: 3 }));
  return (
    <FiguresTable
      caption={t("models")}
      heads={[t("model"), t("outcomesSeen"), t("shadowVerdict"), t("gain"), t("calibrationError"), t("inForceHead")]}
      rows={models.map((model) => {
        const { version, created_at, trained, shadow } = model;
        const { gain, candidate, current } = shadow;
        return {
          key: version,
          cells: [
            <span key="name">
              <span className="font-mono">{version}</span>
              <span className="block text-xs text-muted">
                {format.dateTime(new Date(created_at), { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })} UTC
              </span>
            </span>,
            `${trained.rows} + ${shadow.heldOut}`,
            t(`verdict.${shadow.verdict}`),
            `${figure(gain.value)} (${figure(gain.low)} – ${figure(gain.high)})`,
            `${figure(candidate.calibrationError)} / ${figure(current.calibrationError)}`,
            version === activeVersion ? (
              t("yes")
            ) : onPromote && shadow.verdict !== "worse" ? (
              <Button key="promote" onClick={() => onPromote(model)} aria-label={t("promoteTitle", { version })}>
                {t("promote")}
              </Button>
            ) : (
              "–"
            ),
          ],
        };
      })}
    />
  );
}

function Promotions({ promotions }: { promotions: readonly PromotionItem[] }) {
  const t = useTranslations("siraPage");
  const format = useFormatter();
  return (
    <details className="border-t border-hairline px-4 py-3">
      <summary className="text-sm font-medium text-accent">{t("history", { count: promotions.length })}</summary>
      <ul className="mt-2 grid gap-1.5 text-sm">
        {promotions.map(({ at, kind, version, from_version, by, reason }) => (
          <li key={`${at} ${version}`}>
            <time dateTime={at} className="text-muted">
              {format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })} UTC
            </time>{" "}
            {t(kind === "promote" ? "promoted" : "rolledBack", { version, from: from_version, who: by.replace(/^person:/, "") })} {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
