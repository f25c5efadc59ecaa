"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { VersionChange } from "../../attempts/version-change";
import { RelativeTime } from "../../ui/relative-time";
import type { EmergencyItem, EmergencyRow } from "../items";
import { whoName } from "../switch-name";

const GROUPS = ["stopped", "in_flight", "can_undo", "cannot_undo"] as const;

function scopeText(scope: EmergencyItem["scope"], names: ReadonlyMap<string, string>): string {
  if (scope === "global") return "global";
  if ("tenant_id" in scope) return names.get(scope.tenant_id) ?? scope.tenant_id;
  return scope.version ? `${scope.plugin_key} ${scope.version}` : scope.plugin_key;
}

interface EmergencyReportProps {
  readonly emergency: EmergencyItem;
  /** Merchants by id. */
  readonly names: ReadonlyMap<string, string>;
}

/** What one emergency rollback stopped, what is in flight and where it stands, and what can still be undone or cannot. */
export function EmergencyReport({ emergency, names }: EmergencyReportProps) {
  const t = useTranslations("safety.emergency");
  const isEmpty = GROUPS.every((group) => emergency[group].length === 0);
  return (
    <article className="grid gap-3 px-4 py-3" aria-label={t("of", { scope: scopeText(emergency.scope, names) })}>
      <p className="min-w-0 text-sm break-words">
        <span className="font-medium">{t("of", { scope: scopeText(emergency.scope, names) })}</span> · {whoName(emergency.ordered_by)},{" "}
        <RelativeTime at={emergency.at} />: {emergency.reason}
      </p>
      {isEmpty ? <p className="text-sm text-muted">{t("nothing")}</p> : null}
      <div className="grid gap-3 text-sm sm:grid-cols-2 xl:grid-cols-4">
        {GROUPS.filter((group) => emergency[group].length > 0).map((group) => (
          <section key={group} aria-label={t(group)} data-group={group} className="min-w-0">
            <h3 className="font-medium">
              {t(group)} <span className="text-muted">{emergency[group].length}</span>
            </h3>
            <ul className="grid gap-1">
              {emergency[group].map((row) => (
                <Reached key={row.plugin_id} row={row} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {emergency.more ? <p className="text-sm text-muted">{t("more")}</p> : null}
    </article>
  );
}

function Reached({ row }: { row: EmergencyRow }) {
  const t = useTranslations("safety.emergency");
  const name = (
    <span className="flex flex-wrap items-center gap-x-2">
      {row.tenant_name}
      {row.from_version ? <VersionChange from={row.from_version} to={row.to_version} /> : null}
    </span>
  );
  return (
    <li className="grid min-w-0">
      {row.incident_id ? (
        <Link href={`/incidents/${row.incident_id}`} className="min-h-11 content-center text-accent hover:underline sm:min-h-7">
          {name}
        </Link>
      ) : (
        name
      )}
      <span className="break-words text-muted">
        <span className="font-medium text-ink">{t(`state.${row.state}`)}</span> · <span lang="en">{row.why}</span>
      </span>
    </li>
  );
}
