"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { actorName } from "../../incidents/detail/actor-name";
import { SeverityChip } from "../../incidents/severity-chip";
import { StatusChip } from "../../incidents/status-chip";
import { useLiveState } from "../../live/live-provider";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { buttonClass } from "../../ui/button";
import { Card } from "../../ui/card";
import { PageLinks } from "../../ui/page-links";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import { isLive, type ModuleIncidentItem, type ModuleIncidentList } from "./items";
import { WhatWaits } from "./what-waits";

const EVERY_MS = 10_000;
const PATH = "/module-incidents";

/** A page of its own, which begins with its verdict and goes on. */
interface OwnPage {
  readonly isFiltered: boolean;
  /** The address' parameters up to its cursor. */
  readonly firstQuery: string;
  readonly isFirst: boolean;
}

interface IncidentsBoardProps {
  readonly renderedAt: string;
  readonly incidents: ModuleIncidentList;
  /** Only these: `module_key=search`; empty for all. */
  readonly query: string;
  /** Null where it is a part of another page. */
  readonly page: OwnPage | null;
}

const hrefOf = (query: string) => (query ? `${PATH}?${query}` : PATH);

/** Incidents of the platform's own modules, the newest first. */
export function ModuleIncidentsBoard({ renderedAt, incidents, query, page }: IncidentsBoardProps) {
  const t = useTranslations("moduleIncidents");
  const words = useTranslations("incidents");
  const { data, error, retry } = useLiveRead("module", `/api/ops${hrefOf(query)}`, incidents, renderedAt, { everyMs: EVERY_MS });
  const isTrusted = useLiveState("isTrusted");
  const live = data.items.filter(isLive).length;
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      {page ? (
        <p className="font-medium">{isTrusted ? t(page.isFiltered ? "verdictFiltered" : "verdict", { count: live }) : t("unknown")}</p>
      ) : null}
      <Card labelId="module-incidents" title={t("title")}>
        {data.items.length === 0 ? (
          <Nothing isFiltered={page?.isFiltered ?? false} />
        ) : (
          <FiguresTable
            isStacked
            isWords
            caption={t("title")}
            heads={[t("what"), t("module"), t("severity"), t("status"), t("done"), t("owner"), t("since"), t("whose")]}
            rows={data.items.map((incident) => ({ key: incident.id, cells: cellsOf(incident, t) }))}
          />
        )}
        {page ? (
          <PageLinks
            pageHref={hrefOf(page.firstQuery)}
            firstHref={page.isFirst ? null : hrefOf(page.firstQuery)}
            nextCursor={data.next_cursor}
            texts={{ first: words("first"), next: words("next") }}
          />
        ) : null}
      </Card>
    </div>
  );
}

/** Nothing there is told from nothing of what was asked for. */
function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const t = useTranslations("moduleIncidents");
  const words = useTranslations("incidents");
  if (!isFiltered) return <StateView kind="empty" title={t("none")} text={t("noneText")} />;
  const clear = (
    <Link href={PATH} className={buttonClass()}>
      {words("clear")}
    </Link>
  );
  return <StateView kind="filtered" title={words("noneFiltered")} text={words("noneFilteredText")} action={clear} />;
}

type Translate = ReturnType<typeof useTranslations<"moduleIncidents">>;

function cellsOf(incident: ModuleIncidentItem, t: Translate) {
  const owner = incident.assigned_to ?? incident.acknowledged_by;
  return [
    <Link key="what" data-row="" prefetch={false} href={`${PATH}/${incident.id}`} className="font-medium text-accent underline">
      {t(`type.${incident.type}`)}
    </Link>,
    incident.module_key,
    <SeverityChip key="severity" severity={incident.severity} />,
    <StatusChip key="status" status={incident.status} />,
    <WhatWaits key="done" incident={incident} />,
    owner === null ? "–" : actorName(owner),
    <RelativeTime key="since" at={incident.opened_at} />,
    incident.tenant_id === null ? t("everybody") : (incident.tenant_name ?? t("oneTenant")),
  ];
}
