"use client";

import { useFormatter, useTranslations } from "next-intl";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import type { VerdictItem, WaveItem } from "../items";
import { intervalOf } from "./interval-of";
import { RatePicture } from "./rate-picture";

/** What a wave's webhooks showed beside those of shops that run the old version at the same time, and what they do not show. */
export function EvidenceCard({ wave, isCurrent }: { wave: WaveItem; isCurrent: boolean }) {
  const t = useTranslations("rollouts");
  const name = t(`wave.${wave.name}` as never);
  return (
    <Card
      labelId={`wave-${wave.wave}`}
      title={t("evidenceOf", { wave: name })}
      aside={wave.verdict ? <span className="text-sm font-medium">{t(`decision.${wave.verdict.decision}`)}</span> : null}
    >
      <div className="grid gap-3 p-4">
        {wave.verdict ? (
          <Evidence verdict={wave.verdict} tolerance={wave.tolerance} />
        ) : (
          <p className="text-sm text-muted">{t("noEvidence")}</p>
        )}
        {wave.proven_reason ? (
          <p className="text-sm">
            {t("promotedBecause", { who: (wave.proven_by ?? "").replace(/^person:/, "") })} <q>{wave.proven_reason}</q>
          </p>
        ) : null}
        {isCurrent && wave.verdict ? <Missing verdict={wave.verdict} /> : null}
      </div>
    </Card>
  );
}

function Evidence({ verdict, tolerance }: { verdict: VerdictItem; tolerance: number }) {
  const t = useTranslations("rollouts");
  const format = useFormatter();
  const percent = (share: number | null) => (share === null ? "–" : format.number(share, { style: "percent", maximumFractionDigits: 1 }));
  const arms = [
    { key: "canary" as const, ...verdict.canary },
    { key: "control" as const, ...verdict.control },
  ];
  const { excess } = verdict.unproven;
  return (
    <>
      <RatePicture
        arms={arms.map((arm) => ({ key: arm.key, label: t(`arm.${arm.key}`), ...intervalOf(arm.failures, arm.events) }))}
        label={t("picture")}
      />
      <FiguresTable
        isStacked
        caption={t("comparison")}
        heads={[t("armHead"), t("shops"), t("webhooks"), t("failed"), t("rate"), t("interval")]}
        rows={arms.map(({ key, plugins, events, failures, rate }) => {
          const { low, high } = intervalOf(failures, events);
          return {
            key,
            cells: [
              t(`arm.${key}`),
              plugins,
              format.number(events),
              format.number(failures),
              percent(rate),
              `${percent(low)} – ${percent(high)}`,
            ],
          };
        })}
      />
      <p className="text-sm" data-unproven="">
        {excess === null ? t("unprovenAll") : t("unproven", { excess: percent(excess), tolerance: percent(tolerance) })}
      </p>
    </>
  );
}

function Missing({ verdict }: { verdict: VerdictItem }) {
  const t = useTranslations("rollouts");
  const format = useFormatter();
  const { missingEvents, missingPlugins } = verdict.unproven;
  const lines = [
    ...(missingEvents.canary > 0 ? [t("missingCanary", { count: missingEvents.canary })] : []),
    ...(missingEvents.control > 0 ? [t("missingControl", { count: missingEvents.control })] : []),
    ...(missingPlugins > 0 ? [t("missingShops", { count: missingPlugins })] : []),
    ...(verdict.decision === "hold" && verdict.evidence.withinTolerance < verdict.evidence.needed
      ? [
          t("missingEvidence", {
            now: format.number(verdict.evidence.withinTolerance, { maximumSignificantDigits: 2 }),
            needed: verdict.evidence.needed,
          }),
        ]
      : []),
  ];
  if (lines.length === 0) return null;
  return (
    <section aria-label={t("missing")} className="text-sm">
      <h3 className="font-medium">{t("missing")}</h3>
      <ul className="list-disc pl-5 text-muted">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
