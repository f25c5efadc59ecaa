"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { IncidentRowItem, Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { buttonClass } from "../ui/button";
import { Card } from "../ui/card";
import { PageLinks } from "../ui/page-links";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import { IncidentList } from "./incident-list";

interface IncidentsBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: Page<IncidentRowItem>;
  readonly isFiltered: boolean;
  /** Address of this list up to its cursor, which a page adds. */
  readonly pageHref: string;
  readonly firstHref: string | null;
}

/** One page of incidents, newest first, kept current. */
export function IncidentsBoard({ renderedAt, url, initial, isFiltered, pageHref, firstHref }: IncidentsBoardProps) {
  const t = useTranslations("incidents");
  const { data, error, retry } = useLiveRead("incidents", url, initial, renderedAt);
  const empty = isFiltered ? (
    <StateView
      kind="filtered"
      title={t("noneFiltered")}
      text={t("noneFilteredText")}
      action={
        <Link href="/incidents" className={buttonClass()}>
          {t("clear")}
        </Link>
      }
    />
  ) : (
    <StateView kind="empty" title={t("none")} text={t("noneText")} />
  );
  return (
    <Card>
      <ReadProblem error={error} onRetry={retry} />
      <IncidentList incidents={data.items} empty={empty} />
      <PageLinks pageHref={pageHref} firstHref={firstHref} nextCursor={data.next_cursor} texts={{ first: t("first"), next: t("next") }} />
    </Card>
  );
}
