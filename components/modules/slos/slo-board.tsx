"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useLiveRead } from "../../live/use-live-read";
import { TimeSeries } from "../../series/time-series";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import type { ShownSlo, SloRange } from "./items";
import { SloChip, useSloState } from "./slo-chip";
import { PairsCard, SpentCard, TenantShares } from "./slo-tables";
import { useSloFigures } from "./use-slo-figures";

const EVERY_MS = 30_000;
const RANGES = ["6h", "3d", "30d"] as const satisfies readonly SloRange[];

interface SloBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly slo: ShownSlo;
}

/** One objective: how it is kept, how fast its budget is spent, the budget over time, who fares how, and what spent it. */
export function SloBoard({ renderedAt, url, slo }: SloBoardProps) {
  const { data, error, retry } = useLiveRead("slo", url, slo, renderedAt, { everyMs: EVERY_MS });
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict slo={data} />
      <PairsCard pairs={data.pairs} />
      <BurnDown slo={data} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <TenantShares tenants={data.tenants} />
        <SpentCard slo={data} />
      </div>
    </div>
  );
}

function Verdict({ slo }: { slo: ShownSlo }) {
  const t = useTranslations("slos");
  const state = useSloState(slo.state);
  const { share, promised, count } = useSloFigures();
  const { exhausted_at: exhausted, spent_as: spentAs, unknown } = slo;
  return (
    <Card labelId="verdict" title={t(`said.${state}`)}>
      {unknown === null ? null : <p className="px-4 pt-3 text-sm text-muted">{t(`whyUnknown.${unknown}`)}</p>}
      <dl className="flex flex-wrap gap-x-8 gap-y-2 px-4 py-3 text-sm">
        <Fact name={t("state")}>
          <SloChip state={slo.state} />
        </Fact>
        <Fact name={t("target")}>{promised(slo)}</Fact>
        <Fact name={t("kept")}>{share(slo.good, 3)}</Fact>
        <Fact name={t("left")}>{share(slo.budget_left)}</Fact>
        <Fact name={t("events")}>{t("badOf", { bad: count(slo.bad), total: count(slo.events) })}</Fact>
        {exhausted && spentAs ? (
          <Fact name={t("exhaustion")}>
            <RelativeTime at={exhausted} /> <span className="text-muted">({t("at", { window: t(`windows.${spentAs}`) })})</span>
          </Fact>
        ) : null}
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function BurnDown({ slo }: { slo: ShownSlo }) {
  const t = useTranslations("slos");
  const { share, times } = useSloFigures();
  const { range, from, to, points } = slo.series;
  const drawn = { from, to, is_thinned: false };
  const left = points.flatMap(({ at, budget_left: value, after_gap }) => (value === null ? [] : [{ at, value, max: null, after_gap }]));
  const burns = points.flatMap(({ at, burn, after_gap }) => (burn === null ? [] : [{ at, value: burn, max: null, after_gap }]));
  const isOverspent = left.some(({ value }) => value < 0);
  return (
    <Card
      labelId="budget"
      title={t("budget")}
      aside={
        <nav aria-label={t("range")} className="flex max-w-full flex-wrap gap-1">
          {RANGES.map((each) => (
            <Link
              key={each}
              href={`/slos/${slo.id}?range=${each}`}
              scroll={false}
              aria-current={each === range ? "true" : undefined}
              className="inline-flex min-h-11 items-center rounded-md border border-transparent px-3 text-sm hover:bg-raised aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:font-semibold sm:min-h-8"
            >
              {t(`ranges.${each}`)}
            </Link>
          ))}
        </nav>
      }
    >
      <div className="grid gap-4 p-4 lg:grid-cols-2">
        <TimeSeries title={t("budgetLeft")} series={{ ...drawn, points: left }} write={(value) => share(value)} />
        <TimeSeries title={t("burnSeries")} series={{ ...drawn, points: burns }} write={times} />
      </div>
      {isOverspent ? <p className="px-4 pb-3 text-sm text-muted">{t("overspent")}</p> : null}
    </Card>
  );
}
