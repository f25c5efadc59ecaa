"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { SeverityChip } from "../../incidents/severity-chip";
import { StatusChip } from "../../incidents/status-chip";
import { useLiveState } from "../../live/live-provider";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import { isLive, type ModuleIncidentItem, type ModuleIncidentList } from "./items";
import { WhatWaits } from "./what-waits";

const EVERY_MS = 10_000;

interface IncidentsBoardProps {
  readonly renderedAt: string;
  readonly incidents: ModuleIncidentList;
  /** Only these: `module_key=search`; empty for all. */
  readonly query: string;
  /** Whether it stands on a page of its own and begins with its verdict. */
  readonly isPage: boolean;
}

/** Incidents of the platform's own modules, the newest first. */
export function ModuleIncidentsBoard({ renderedAt, incidents, query, isPage }: IncidentsBoardProps) {
  const t = useTranslations("moduleIncidents");
  const url = `/api/ops/module-incidents${query ? `?${query}` : ""}`;
  const { data, error, retry } = useLiveRead("module", url, incidents, renderedAt, { everyMs: EVERY_MS });
  const isTrusted = useLiveState("isTrusted");
  const live = data.items.filter(isLive).length;
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      {isPage ? <p className="font-medium">{isTrusted ? t("verdict", { count: live }) : t("unknown")}</p> : null}
      <Card labelId="module-incidents" title={t("title")}>
        {data.items.length === 0 ? (
          <StateView kind="empty" title={t("none")} text={t("noneText")} />
        ) : (
          <FiguresTable
            isStacked
            isWords
            caption={t("title")}
            heads={[t("what"), t("module"), t("severity"), t("status"), t("done"), t("since"), t("whose")]}
            rows={data.items.map((incident) => ({ key: incident.id, cells: cellsOf(incident, t) }))}
          />
        )}
      </Card>
    </div>
  );
}

type Translate = ReturnType<typeof useTranslations<"moduleIncidents">>;

function cellsOf(incident: ModuleIncidentItem, t: Translate) {
  return [
    <Link key="what" data-row="" prefetch={false} href={`/module-incidents/${incident.id}`} className="font-medium text-accent underline">
      {t(`type.${incident.type}`)}
    </Link>,
    incident.module_key,
    <SeverityChip key="severity" severity={incident.severity} />,
    <StatusChip key="status" status={incident.status} />,
    <WhatWaits key="done" incident={incident} />,
    <RelativeTime key="since" at={incident.opened_at} />,
    t(incident.tenant_id === null ? "everybody" : "oneTenant"),
  ];
}
