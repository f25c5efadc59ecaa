"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { IncidentItem } from "../live/items";
import { useHeldRows } from "../live/use-held-rows";
import { NewRowsPill } from "../ui/new-rows-pill";
import { IncidentRow } from "./incident-row";

interface IncidentListProps {
  readonly incidents: readonly IncidentItem[];
  /** Names of the merchants by tenant id, for items that carry none. */
  readonly merchants: ReadonlyMap<string, string>;
  readonly empty: ReactNode;
}

function merchantOf(incident: Pick<IncidentItem, "tenant_id" | "tenant_name">, merchants: ReadonlyMap<string, string>): string {
  return incident.tenant_name ?? merchants.get(incident.tenant_id) ?? incident.tenant_id.slice(0, 8);
}

export function IncidentList({ incidents, merchants, empty }: IncidentListProps) {
  const t = useTranslations("incidents");
  const { rows, waiting, release, grip } = useHeldRows(incidents);
  if (incidents.length === 0) return empty;
  return (
    <div {...grip}>
      <NewRowsPill count={waiting} onRelease={release} />
      <ul aria-label={t("title")} className="divide-y divide-hairline">
        {rows.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} merchant={merchantOf(incident, merchants)} />
        ))}
      </ul>
    </div>
  );
}
