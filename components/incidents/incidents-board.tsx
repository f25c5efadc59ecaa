"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { IncidentItem, Page } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { buttonClass } from "../ui/button";
import { Card } from "../ui/card";
import { ReadProblem } from "../ui/read-problem";
import { StateView } from "../ui/state-view";
import { IncidentList } from "./incident-list";

interface IncidentsBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: Page<IncidentItem>;
  readonly merchants: readonly { readonly id: string; readonly name: string }[];
  readonly isFiltered: boolean;
  /** Address of this list up to its cursor, which a page adds. */
  readonly pageHref: string;
  readonly firstHref: string | null;
}

/** One page of incidents, newest first, kept current. */
export function IncidentsBoard({ renderedAt, url, initial, merchants, isFiltered, pageHref, firstHref }: IncidentsBoardProps) {
  const t = useTranslations("incidents");
  const { data, error, retry } = useLiveRead("incidents", url, initial, renderedAt);
  const names = new Map(merchants.map(({ id, name }) => [id, name]));
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
      <IncidentList incidents={data.items} merchants={names} empty={empty} />
      {data.next_cursor || firstHref ? (
        <nav aria-label={t("pages")} className="screen-only flex justify-between gap-2 border-t border-hairline p-3">
          {firstHref ? (
            <Link href={firstHref} className={buttonClass()}>
              {t("first")}
            </Link>
          ) : (
            <span />
          )}
          {data.next_cursor ? (
            <Link
              href={`${pageHref}${pageHref.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(data.next_cursor)}`}
              className={buttonClass()}
            >
              {t("next")}
            </Link>
          ) : null}
        </nav>
      ) : null}
    </Card>
  );
}
