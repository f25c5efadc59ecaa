"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import type { FleetIncidentItem } from "../live/items";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";
import { SeverityChip } from "./severity-chip";

/** What many merchants have at once, each told as one with the way to its members; nothing where there is none. */
export function FleetIncidents({ fleets }: { fleets: readonly FleetIncidentItem[] }) {
  const t = useTranslations("incidents.fleet");
  const types = useTranslations("type");
  if (fleets.length === 0) return null;
  const nameOf = (signature: string) => {
    const type = INCIDENT_TYPES.find((known) => known === signature);
    return type ? types(type) : signature;
  };
  return (
    <Card labelId="fleet-incidents" title={t("title")}>
      <ul className="divide-y divide-hairline">
        {fleets.map(({ id, kind, severity, signature, place, members, since }) => (
          <li key={id}>
            <Link href={`/incidents?fleet_id=${id}`} prefetch={false} className="grid gap-1 px-4 py-2.5 hover:bg-raised">
              <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <SeverityChip severity={severity} />
                <span className="font-medium">{t("headline", { what: nameOf(signature), merchants: members.merchants })}</span>
                <RelativeTime at={since} className="live-dim ml-auto text-sm text-muted" />
              </span>
              <span className="text-sm text-muted">
                <span lang="en">{place}</span> · {t("left", { now: members.now, most: members.most })}
              </span>
              <span className="text-sm">{t(kind)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
