"use client";

import { useTranslations } from "next-intl";
import type { ModuleIncidentItem } from "./items";
import { waitsFor } from "./waits-for";

/** What Center does about an incident, with its level, and for whom or what it waits; of one that is over, what was done last. */
export function WhatWaits({ incident }: { readonly incident: ModuleIncidentItem }) {
  const t = useTranslations("moduleIncidents");
  const waits = waitsFor(incident);
  const { healing } = incident;
  return (
    <span className="grid gap-0.5">
      {healing ? (
        <span>
          <span className="font-mono">{healing.action}</span> · {t("level", { level: healing.level })}
        </span>
      ) : null}
      {waits ? <span className="text-muted">{t(`waits.${waits}`)}</span> : null}
      {healing || waits ? null : "–"}
    </span>
  );
}
