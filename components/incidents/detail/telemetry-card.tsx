"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../../ui/card";

/** What the plugin said of itself when the incident was found. */
export function TelemetryCard({ snapshot }: { snapshot: Readonly<Record<string, unknown>> }) {
  const t = useTranslations("incident");
  const format = useFormatter();
  const figures = Object.entries(snapshot).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  return (
    <Card labelId="telemetry" title={t("telemetry")}>
      {figures.length === 0 ? <p className="px-4 py-3 text-muted">{t("noTelemetry")}</p> : null}
      <dl className="divide-y divide-hairline">
        {figures.map(([name, value]) => (
          <div key={name} className="flex items-baseline justify-between gap-4 px-4 py-1.5 text-sm">
            <dt className="min-w-0 font-mono text-xs break-all text-muted">{name}</dt>
            <dd className="font-medium">{format.number(value, { maximumFractionDigits: 3 })}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
