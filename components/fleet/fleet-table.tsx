"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { SeverityChip } from "../incidents/severity-chip";
import { useLiveState } from "../live/live-provider";
import { useHeldRows } from "../live/use-held-rows";
import { NewRowsPill } from "../ui/new-rows-pill";
import { RelativeTime } from "../ui/relative-time";
import { StateView } from "../ui/state-view";
import { FailRate } from "./fail-rate";
import type { FleetRow } from "./order-fleet";
import type { PresenceLimits } from "./presence";
import { PresenceChip } from "./presence-chip";
import { RunningVersion } from "./running-version";

const COLUMNS = ["merchant", "version", "lastSeen", "failRate", "presence", "incident"] as const;

function failRateOf(row: FleetRow): number | null {
  return row.plugin.telemetry?.webhook_fail_rate ?? null;
}

/** One line of the fleet: a table row on a desk, a card in the hand. */
function Row({ row, isTrusted, limits }: { row: FleetRow; isTrusted: boolean; limits: PresenceLimits }) {
  const t = useTranslations("fleet");
  const { plugin, incident } = row;
  const rate = isTrusted ? failRateOf(row) : null;
  const cell = "px-4 py-2 align-middle max-md:block max-md:border-0 max-md:px-0 max-md:py-0";
  return (
    <tr className="border-t border-hairline max-md:grid max-md:grid-cols-[1fr_auto] max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-2.5 md:h-11 md:hover:bg-raised">
      <th scope="row" className={`${cell} text-left font-medium max-md:truncate`}>
        {plugin.tenant_name}{" "}
        <span className="ml-1 hidden font-mono text-xs font-normal whitespace-nowrap text-muted 2xl:inline">{plugin.plugin_key}</span>
      </th>
      <td className={`${cell} max-md:row-start-2`}>
        <RunningVersion plugin={plugin} />
      </td>
      <td className={`${cell} live-dim whitespace-nowrap text-muted max-md:row-start-2 max-md:text-right`}>
        {plugin.last_seen ? <RelativeTime at={plugin.last_seen} /> : t("neverSeen")}
      </td>
      <td className={`${cell} live-data max-md:row-start-3 ${rate === null ? "max-md:hidden" : ""}`}>
        <span className="mr-2 text-sm text-muted md:hidden">{t("failRate")}</span>
        <FailRate rate={rate} />
      </td>
      <td className={`${cell} max-md:col-start-2 max-md:row-start-1 max-md:text-right`}>
        <PresenceChip lastSeen={plugin.last_seen} limits={limits} />
      </td>
      <td className={`${cell} max-md:col-start-2 max-md:row-start-3 max-md:text-right`}>
        {incident ? (
          <Link data-row="" prefetch={false} href={`/incidents/${incident.id}`} className="inline-flex rounded">
            <SeverityChip severity={incident.severity} />
            <span className="sr-only">{t("openIncident", { merchant: plugin.tenant_name })}</span>
          </Link>
        ) : (
          <span className="text-muted max-md:hidden">{t("noIncident")}</span>
        )}
      </td>
    </tr>
  );
}

/** The fleet, moving live under a reader who is not pointing at it. */
export function FleetTable({ fleet, limits }: { fleet: readonly FleetRow[]; limits: PresenceLimits }) {
  const t = useTranslations("fleet");
  const isTrusted = useLiveState("isTrusted");
  const { rows, waiting, release, grip } = useHeldRows(fleet);
  if (fleet.length === 0) return <StateView kind="empty" title={t("none")} text={t("noneText")} />;
  return (
    <div {...grip}>
      <NewRowsPill count={waiting} onRelease={release} />
      <table className="w-full text-base max-md:block">
        <caption className="sr-only">{t("title")}</caption>
        <thead className="max-md:sr-only">
          <tr className="text-left text-sm text-muted">
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className="px-4 py-2 font-medium whitespace-nowrap">
                {t(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          {rows.map((row) => (
            <Row key={row.id} row={row} isTrusted={isTrusted} limits={limits} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
