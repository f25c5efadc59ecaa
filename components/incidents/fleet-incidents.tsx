"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import type { FleetIncidentItem } from "../live/items";
import { useLiveRead } from "../live/use-live-read";
import { whoName } from "../safety/switch-name";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";
import { FleetActions } from "./fleet-actions";
import { SeverityChip } from "./severity-chip";

interface FleetIncidentsProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: { readonly items: readonly FleetIncidentItem[] };
  /** Whether the reader may own or dissolve one: for people who act for all merchants. */
  readonly mayAct: boolean;
}

/** What many merchants have at once, each told as one with the way to its members; nothing where there is none. */
export function FleetIncidents({ renderedAt, url, initial, mayAct }: FleetIncidentsProps) {
  const t = useTranslations("incidents.fleet");
  const { data } = useLiveRead("incidents", url, initial, renderedAt);
  if (data.items.length === 0) return null;
  return (
    <Card labelId="fleet-incidents" title={t("title")}>
      <ul className="divide-y divide-hairline">
        {data.items.map((fleet) => (
          <FleetRow key={fleet.id} fleet={fleet} mayAct={mayAct} />
        ))}
      </ul>
    </Card>
  );
}

function FleetRow({ fleet, mayAct }: { fleet: FleetIncidentItem; mayAct: boolean }) {
  const t = useTranslations("incidents.fleet");
  const types = useTranslations("type");
  const { id, kind, status, severity, signature, place, members, since, acknowledged_by: owner } = fleet;
  const type = INCIDENT_TYPES.find((known) => known === signature);
  return (
    <li>
      <Link href={`/incidents?fleet_id=${id}`} prefetch={false} className="grid gap-1 px-4 py-2.5 hover:bg-raised">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <SeverityChip severity={severity} />
          <span className="font-medium">{t("headline", { what: type ? types(type) : signature, merchants: members.merchants })}</span>
          {status === "open" ? null : <span className="text-sm">{t(`over.${status}`)}</span>}
          <RelativeTime at={since} className="live-dim ml-auto text-sm text-muted" />
        </span>
        <span className="text-sm text-muted">
          <span lang="en">{place}</span> · {t("left", { now: members.now, most: members.most })}
        </span>
        <span className="text-sm">{t(kind)}</span>
        {status === "open" ? <span className="text-sm text-muted">{owner ? t("by", { who: whoName(owner) }) : t("nobody")}</span> : null}
      </Link>
      {mayAct && status === "open" ? <FleetActions fleetId={id} isOwned={owner !== null} /> : null}
    </li>
  );
}
