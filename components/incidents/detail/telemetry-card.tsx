"use client";

import { useFormatter } from "next-intl";
import { Card } from "../../ui/card";

interface TelemetryCardProps {
  readonly snapshot: Readonly<Record<string, unknown>>;
  readonly title: string;
  /** What stands where nothing was said. */
  readonly none: string;
}

/** What a plugin said of itself at one moment. */
export function TelemetryCard({ snapshot, title, none }: TelemetryCardProps) {
  const format = useFormatter();
  const figures = Object.entries(snapshot).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  return (
    <Card labelId="telemetry" title={title}>
      {figures.length === 0 ? <p className="px-4 py-3 text-muted">{none}</p> : null}
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
