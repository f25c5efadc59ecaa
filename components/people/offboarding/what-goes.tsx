"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Card } from "../../ui/card";
import type { LeavingDetail } from "./items";
import { countByKind } from "./kind-of";

/** What would be erased: counted now, by what a person calls it, and table by table. */
export function WhatGoes({ item }: { readonly item: LeavingDetail }) {
  const t = useTranslations("offboarding.goes");
  const format = useFormatter();
  const figure = (rows: number, isMore: boolean) => (isMore ? t("more", { rows: format.number(rows) }) : format.number(rows));
  return (
    <Card labelId="goes" title={t("title")}>
      <div className="grid gap-3 p-4">
        <p className="max-w-prose">{t("lead", { grace: item.grace_hours })}</p>
        <dl className="grid max-w-md grid-cols-[1fr_max-content] gap-x-6 gap-y-1">
          <div className="contents">
            <dt>{t("keys")}</dt>
            <dd className="text-right">{t("first")}</dd>
          </div>
          {countByKind(item.goes).map(({ kind, rows, isMore }) => (
            <div key={kind} className="contents">
              <dt>{t(`kind.${kind}`)}</dt>
              <dd className="live-dim text-right tabular-nums">{figure(rows, isMore)}</dd>
            </div>
          ))}
        </dl>
        {item.goes_uncounted.length > 0 ? (
          <p className="text-sm text-muted">{t("uncounted", { tables: item.goes_uncounted.join(", ") })}</p>
        ) : null}
        {item.goes.length > 0 ? (
          <details>
            <summary className="inline-flex min-h-9 cursor-pointer items-center font-medium text-accent">{t("byTable")}</summary>
            <dl className="grid max-w-md grid-cols-[1fr_max-content] gap-x-6 gap-y-0.5 font-mono text-sm">
              {item.goes.map(({ table, rows, is_more: isMore }) => (
                <div key={table} className="contents">
                  <dt className="break-all">{table}</dt>
                  <dd className="text-right tabular-nums">{figure(rows, isMore)}</dd>
                </div>
              ))}
            </dl>
          </details>
        ) : null}
      </div>
    </Card>
  );
}

/** What nobody erases, and why. */
export function WhatStays({ item }: { readonly item: LeavingDetail }) {
  const t = useTranslations("offboarding.stays");
  return (
    <Card labelId="stays" title={t("title")}>
      <ul className="grid max-w-prose list-disc gap-2 p-4 pl-9">
        <li>{t("id")}</li>
        <li>{t("audit", { entries: item.stays.audit_entries })}</li>
        <li>{t("people")}</li>
        <li>{t("backups")}</li>
      </ul>
    </Card>
  );
}
