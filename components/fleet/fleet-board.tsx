"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { FleetPage } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { buttonClass } from "../ui/button";
import { Card } from "../ui/card";
import { PageLinks } from "../ui/page-links";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import { FleetCounters } from "./fleet-counters";
import { type ColumnOrder, FleetTable } from "./fleet-table";
import type { PresenceLimits } from "./presence";

interface FleetBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: FleetPage;
  readonly limits: PresenceLimits;
  readonly orders: Readonly<Record<string, ColumnOrder>>;
  readonly isFiltered: boolean;
  /** Address of this list up to its cursor, which a page adds. */
  readonly pageHref: string;
  readonly firstHref: string | null;
}

/** The state of the whole fleet in figures, and one page of it, kept current. */
export function FleetBoard({ renderedAt, url, initial, limits, orders, isFiltered, pageHref, firstHref }: FleetBoardProps) {
  const t = useTranslations("fleet");
  const { data, error, retry } = useLiveRead("fleet", url, initial, renderedAt);
  return (
    <>
      <FleetCounters counts={data.counts} />
      <Card>
        <ReadProblem error={error} onRetry={retry} />
        {data.items.length === 0 && (isFiltered || firstHref) ? (
          <StateView
            kind="filtered"
            title={t("noneFiltered")}
            text={t("noneFilteredText")}
            action={
              <Link href="/fleet" className={buttonClass()}>
                {t("clear")}
              </Link>
            }
          />
        ) : (
          <FleetTable fleet={data.items} limits={limits} orders={orders} />
        )}
        <PageLinks pageHref={pageHref} firstHref={firstHref} nextCursor={data.next_cursor} texts={{ first: t("first"), next: t("next") }} />
      </Card>
    </>
  );
}
