"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { IncidentItem } from "../live/items";
import { RelativeTime } from "../ui/relative-time";
import { SeverityChip } from "./severity-chip";
import { StatusChip } from "./status-chip";

/** One incident as a link: how grave, what, where, since when, and where it stands. */
export function IncidentRow({ incident, merchant }: { incident: IncidentItem; merchant: string }) {
  const t = useTranslations("type");
  return (
    <li>
      <Link
        data-row=""
        prefetch={false}
        href={`/incidents/${incident.id}`}
        className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1.5 px-4 py-2.5 hover:bg-raised sm:grid-cols-[5.5rem_1fr_auto_6.5rem] sm:py-2"
      >
        <span className="flex sm:col-start-1 sm:row-start-1">
          <SeverityChip severity={incident.severity} />
        </span>
        <span className="col-span-3 row-start-2 min-w-0 sm:col-span-1 sm:col-start-2 sm:row-start-1">
          <span className="block truncate font-medium">{t(incident.type)}</span>
          <span className="block truncate text-sm text-muted">
            {merchant} · <span className="font-mono">{incident.plugin_key}</span>
          </span>
        </span>
        <span className="col-start-3 row-start-1 flex">
          <StatusChip status={incident.status} />
        </span>
        <RelativeTime
          at={incident.opened_at}
          className="live-dim col-start-2 row-start-1 text-sm text-muted sm:col-start-4 sm:text-right"
        />
      </Link>
    </li>
  );
}
