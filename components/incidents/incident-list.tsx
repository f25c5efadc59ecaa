"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { IncidentRowItem } from "../live/items";
import { useHeldRows } from "../live/use-held-rows";
import { NewRowsPill } from "../ui/new-rows-pill";
import { IncidentRow } from "./incident-row";

interface IncidentListProps {
  readonly incidents: readonly IncidentRowItem[];
  readonly empty: ReactNode;
}

export function IncidentList({ incidents, empty }: IncidentListProps) {
  const t = useTranslations("incidents");
  const { rows, waiting, release, grip } = useHeldRows(incidents);
  if (incidents.length === 0) return empty;
  return (
    <div {...grip}>
      <NewRowsPill count={waiting} onRelease={release} />
      <ul aria-label={t("title")} className="divide-y divide-hairline">
        {rows.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </ul>
    </div>
  );
}
