"use client";

import { useTranslations } from "next-intl";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";
import type { BurnPair, ShownSlo, TenantShare } from "./items";
import { SloChip } from "./slo-chip";
import { useSloFigures } from "./use-slo-figures";

/** How fast the budget is spent over each pair of windows, and above what that is raised. */
export function PairsCard({ pairs }: { pairs: readonly BurnPair[] }) {
  const t = useTranslations("slos");
  const { times } = useSloFigures();
  return (
    <Card labelId="pairs" title={t("pairs")}>
      <FiguresTable
        isStacked
        isWords
        caption={t("pairs")}
        heads={[t("pair"), t("short"), t("long"), t("factor"), t("firing"), t("effect")]}
        rows={pairs.map((pair) => ({
          key: `${pair.short} ${pair.long}`,
          cells: [
            `${t(`windows.${pair.short}`)} + ${t(`windows.${pair.long}`)}`,
            times(pair.short_burn),
            times(pair.long_burn),
            times(pair.factor),
            t(pair.is_firing ? "yes" : "no"),
            t(pair.is_page ? "page" : "ticket"),
          ],
        }))}
      />
    </Card>
  );
}

/** How each tenant fares, the worst first. */
export function TenantShares({ tenants }: { tenants: readonly TenantShare[] }) {
  const t = useTranslations("slos");
  const { share, times, count } = useSloFigures();
  return (
    <Card labelId="tenants" title={t("tenants")}>
      {tenants.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">{t("noTenants")}</p>
      ) : (
        <FiguresTable
          isStacked
          isWords
          caption={t("tenants")}
          heads={[t("tenant"), t("state"), t("left"), t("burn", { window: "1h" }), t("events")]}
          rows={tenants.map((one) => ({
            key: one.tenant_id ?? "",
            cells: [
              one.tenant_name ?? t("nobody"),
              <SloChip key="state" state={one.state} />,
              share(one.budget_left),
              times(one.burn["1h"]),
              t("badOf", { bad: count(one.bad), total: count(one.events) }),
            ],
          }))}
        />
      )}
    </Card>
  );
}

/** The minutes and the error codes of the hours that cost most. */
export function SpentCard({ slo: { spent, metric } }: { slo: ShownSlo }) {
  const t = useTranslations("slos");
  const { count, milliseconds } = useSloFigures();
  const isSlow = metric === "latency_p95" || metric === "latency_p99";
  const mono = (text: string | null) =>
    text === null ? (
      t("never")
    ) : (
      <span key="mono" className="font-mono text-xs break-all">
        {text}
      </span>
    );
  if (spent.minutes.length === 0) {
    return (
      <Card labelId="spent" title={t("spent")}>
        <p className="px-4 py-3 text-sm text-muted">{t("nothingSpent")}</p>
      </Card>
    );
  }
  return (
    <Card labelId="spent" title={t("spent")}>
      <FiguresTable
        isStacked
        isWords
        isCaptionShown
        caption={t("minutes")}
        heads={[t("minute"), t("tenant"), t("requests"), t(isSlow ? "slowest" : "worst"), t("trace")]}
        rows={spent.minutes.map((minute) => ({
          key: `${minute.at} ${minute.tenant_id}`,
          cells: [
            <AbsoluteTime key="at" at={minute.at} />,
            minute.tenant_name ?? t("nobody"),
            count(minute.requests),
            isSlow ? milliseconds(minute.value) : count(minute.value),
            mono(minute.trace_id),
          ],
        }))}
      />
      {spent.codes.length === 0 ? (
        <p className="border-t border-hairline px-4 py-3 text-sm text-muted">{t("noCodes")}</p>
      ) : (
        <div className="border-t border-hairline">
          <FiguresTable
            isStacked
            isWords
            isCaptionShown
            caption={t("codes")}
            heads={[t("code"), t("count"), t("trace")]}
            rows={spent.codes.map((each) => ({ key: each.code, cells: [mono(each.code), count(each.count), mono(each.trace_id)] }))}
          />
        </div>
      )}
    </Card>
  );
}
