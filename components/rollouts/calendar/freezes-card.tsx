"use client";

import { Snowflake } from "lucide-react";
import { useTranslations } from "next-intl";
import { whoName } from "../../safety/switch-name";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { RelativeTime } from "../../ui/relative-time";
import type { CalendarPowers, FreezeItem } from "./items";
import { ZonedTime } from "./zoned-time";

interface FreezesCardProps {
  readonly freezes: readonly FreezeItem[];
  /** Time zones of merchants that named one. */
  readonly zones: ReadonlyMap<string, string>;
  readonly powers: CalendarPowers;
  onStart(): void;
  onExtend(freeze: FreezeItem): void;
  onEnd(freeze: FreezeItem): void;
}

/** Times in which nothing is widened: in force first, then to come; longer by one person, shorter by two. */
export function FreezesCard({ freezes, zones, powers, onStart, onExtend, onEnd }: FreezesCardProps) {
  const t = useTranslations("calendar");
  return (
    <Card
      labelId="freezes"
      title={t("freezes")}
      aside={
        powers.mayWrite ? (
          <Button look="primary" onClick={onStart}>
            <Snowflake aria-hidden="true" className="size-4" />
            {t("startFreeze")}
          </Button>
        ) : undefined
      }
    >
      {freezes.length === 0 ? <p className="px-4 py-3 text-sm text-muted">{t("noFreeze")}</p> : null}
      <ul className="divide-y divide-hairline">
        {freezes.map((freeze) => (
          <li key={freeze.id} className="grid gap-2 px-4 py-3">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{freeze.tenant_name ?? t("everybody")}</span>
              <span className="text-sm">{t(freeze.in_force ? "inForce" : "toCome")}</span>
            </p>
            <dl className="grid gap-x-3 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
              <dt className="text-muted">{t("from")}</dt>
              <dd>
                <ZonedTime at={freeze.starts_at} zone={zones.get(freeze.tenant_id ?? "")} />
              </dd>
              <dt className="text-muted">{t("until")}</dt>
              <dd>
                <ZonedTime at={freeze.ends_at} zone={zones.get(freeze.tenant_id ?? "")} />
              </dd>
            </dl>
            <p className="text-sm break-words">
              {whoName(freeze.set_by)}, <RelativeTime at={freeze.set_at} />: {freeze.reason}
            </p>
            {powers.mayWrite && (powers.mayAll || freeze.scope === "tenant") ? (
              <div className="flex flex-wrap gap-2">
                <Button onClick={() => onExtend(freeze)}>{t("extend")}</Button>
                <Button onClick={() => onEnd(freeze)}>{t("askEnd")}</Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
