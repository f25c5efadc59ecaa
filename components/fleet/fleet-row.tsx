"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { AttemptChip } from "../attempts/attempt-chip";
import { VersionChange } from "../attempts/version-change";
import { SeverityChip } from "../incidents/severity-chip";
import type { FleetItem } from "../live/items";
import { useLiveState } from "../live/live-provider";
import { RelativeTime } from "../ui/relative-time";
import { FailRate } from "./fail-rate";
import type { PresenceLimits } from "./presence";
import { PresenceChip } from "./presence-chip";
import { RunningVersion } from "./running-version";

/** A cell of the table on a desk; in the hand a line of a card, or nothing where there is nothing to say. */
function Cell({ isBare = false, className = "", children }: { isBare?: boolean; className?: string; children: ReactNode }) {
  return <td className={`px-2 py-2 max-lg:block max-lg:p-0 last:pr-4 ${isBare ? "max-lg:hidden" : ""} ${className}`}>{children}</td>;
}

/** One plugin of the fleet; a row draws itself anew only when what it says changed. */
export const FleetRow = memo(function FleetRow({ row, limits }: { row: FleetItem; limits: PresenceLimits }) {
  const t = useTranslations("fleet");
  const isTrusted = useLiveState("isTrusted");
  const { incident, attempt } = row;
  const rate = isTrusted ? row.fail_rate : null;
  return (
    <tr className="border-t border-hairline max-lg:flex max-lg:flex-wrap max-lg:items-center max-lg:gap-x-3 max-lg:gap-y-1 max-lg:px-4 max-lg:py-2 lg:h-11 lg:hover:bg-raised">
      <th scope="row" className="min-w-0 py-2 pr-3 pl-4 text-left font-medium max-lg:block max-lg:flex-1 max-lg:basis-1/2 max-lg:p-0">
        <Link
          data-row=""
          prefetch={false}
          href={`/fleet/${row.id}`}
          className="inline-flex min-h-8 max-w-full flex-wrap items-center gap-x-2 hover:underline"
        >
          <span className="truncate">{row.tenant_name}</span>
          <span className="truncate font-mono text-xs font-normal text-muted">{row.plugin_key}</span>
        </Link>
      </th>
      <Cell>
        <RunningVersion plugin={row} />
      </Cell>
      <Cell className="live-dim whitespace-nowrap text-muted">
        {row.last_seen ? <RelativeTime at={row.last_seen} /> : <span>{t("neverSeen")}</span>}
      </Cell>
      <Cell>
        <PresenceChip lastSeen={row.last_seen} limits={limits} isRevoked={row.status === "revoked"} />
      </Cell>
      <Cell className="live-data" isBare={rate === null}>
        <span className="mr-2 text-sm text-muted lg:hidden">{t("failRate")}</span>
        <FailRate rate={rate} />
      </Cell>
      <Cell isBare={!incident}>
        {incident ? (
          <Link prefetch={false} href={`/incidents/${incident.id}`} className="inline-flex rounded">
            <SeverityChip severity={incident.severity} />
            <span className="sr-only">{t("openIncident", { merchant: row.tenant_name })}</span>
          </Link>
        ) : (
          <span className="text-muted">{t("noIncident")}</span>
        )}
      </Cell>
      <Cell isBare={!attempt}>
        {attempt ? (
          <span className="inline-flex flex-wrap items-center gap-2">
            <AttemptChip status={attempt.status} />
            <VersionChange from={attempt.from_version} to={attempt.to_version} />
          </span>
        ) : (
          <span className="text-muted">{t("noChange")}</span>
        )}
      </Cell>
    </tr>
  );
});
