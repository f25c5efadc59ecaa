"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { IncidentRowItem } from "../live/items";
import { RelativeTime } from "../ui/relative-time";
import { SeverityChip } from "./severity-chip";
import { StatusChip } from "./status-chip";

/** One incident as a link: how grave, what, where, since when, and where it stands. */
export function IncidentRow({ incident }: { incident: IncidentRowItem }) {
  const t = useTranslations("type");
  return (
    <li>
      <Link
        data-row=""
        prefetch={false}
        href={`/incidents/${incident.id}`}
        className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5 hover:bg-raised sm:grid sm:grid-cols-[5.5rem_1fr_auto_6.5rem] sm:py-2"
      >
        <span className="flex sm:col-start-1 sm:row-start-1">
          <SeverityChip severity={incident.severity} />
        </span>
        <RelativeTime at={incident.opened_at} className="live-dim text-sm text-muted sm:col-start-4 sm:row-start-1 sm:text-right" />
        <span className="ml-auto flex sm:col-start-3 sm:row-start-1">
          <StatusChip status={incident.status} />
        </span>
        <span className="min-w-0 max-sm:basis-full sm:col-start-2 sm:row-start-1">
          <span className="block truncate font-medium">{t(incident.type)}</span>
          <span className="block truncate text-sm text-muted">
            {incident.tenant_name} · <span className="font-mono">{incident.plugin_key}</span>
          </span>
        </span>
      </Link>
    </li>
  );
}
