"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useLiveState } from "../../live/live-provider";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import type { SloItem, SloList } from "./items";
import { SloChip } from "./slo-chip";
import { type SlosFiltered, SlosFilters } from "./slos-filters";
import { slosVerdict } from "./slos-verdict";
import { useSloFigures, useSloName } from "./use-slo-figures";

/** Minutes go by without a notice of their own. */
const EVERY_MS = 30_000;

interface SlosBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly slos: SloList;
  readonly filters: SlosFiltered;
  readonly modules: readonly { readonly key: string; readonly title: string }[];
}

/** What is promised of the modules and how it is kept, the worst first. */
export function SlosBoard({ renderedAt, url, slos, filters, modules }: SlosBoardProps) {
  const t = useTranslations("slos");
  const { data, error, retry } = useLiveRead("slos", url, slos, renderedAt, { everyMs: EVERY_MS });
  const isTrusted = useLiveState("isTrusted");
  const { kind, count } = slosVerdict(data.items.map(({ state }) => (isTrusted ? state : "unknown")));
  const isFiltered = filters.module !== "" || filters.state !== "";
  const measured = data.items.filter(({ unknown }) => unknown !== "never_measured");
  const rest = data.items.filter(({ unknown }) => unknown === "never_measured");
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <p className="font-medium">{kind === "none" && isFiltered ? t("filtered") : t(`verdict.${kind}`, { count })}</p>
      <SlosFilters filters={filters} modules={modules} />
      <Card labelId="slos" title={t("title")}>
        {data.items.length === 0 ? (
          <StateView
            kind={isFiltered ? "filtered" : "empty"}
            title={t(isFiltered ? "filtered" : "none")}
            text={t(isFiltered ? "filteredText" : "noneText")}
          />
        ) : (
          <>
            {measured.length > 0 ? <SloTable items={measured} /> : null}
            {rest.length > 0 ? (
              <details className="border-t border-hairline px-4 py-2 first:border-t-0" open={measured.length === 0}>
                <summary className="min-h-9 content-center text-sm text-muted">{t("unmeasured", { count: rest.length })}</summary>
                <Unmeasured items={rest} />
              </details>
            ) : null}
          </>
        )}
      </Card>
    </div>
  );
}

function SloTable({ items }: { items: readonly SloItem[] }) {
  const t = useTranslations("slos");
  const nameOf = useSloName();
  const { share, times, promised } = useSloFigures();
  const windows = ["1h", "6h", "3d"] as const;
  return (
    <FiguresTable
      isStacked
      isWords
      caption={t("title")}
      heads={[t("objective"), t("state"), t("target"), t("left"), ...windows.map((window) => t("burn", { window })), t("exhaustion")]}
      rows={items.map((slo) => ({
        key: slo.id,
        cells: [
          <Link key="name" data-row="" prefetch={false} href={`/slos/${slo.id}`} className="font-medium text-accent underline">
            {nameOf(slo)}
          </Link>,
          <SloChip key="state" state={slo.state} />,
          promised(slo),
          share(slo.budget_left),
          ...windows.map((window) => times(slo.burn[window])),
          slo.exhausted_at ? <RelativeTime key="at" at={slo.exhausted_at} /> : t("never"),
        ],
      }))}
    />
  );
}

function Unmeasured({ items }: { items: readonly SloItem[] }) {
  const nameOf = useSloName();
  return (
    <ul className="grid gap-x-4 text-sm sm:grid-cols-2 xl:grid-cols-3">
      {items.map((slo) => (
        <li key={slo.id}>
          <Link prefetch={false} href={`/slos/${slo.id}`} className="inline-flex min-h-7 items-center text-accent underline">
            {nameOf(slo)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
