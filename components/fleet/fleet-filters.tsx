"use client";

import Form from "next/form";
import { useTranslations } from "next-intl";
import type { ChangeEvent } from "react";
import { ScopeFields } from "../shell/scope/scope-fields";
import { FilterEnd } from "../ui/filter-end";
import { Labelled } from "../ui/labelled";

interface Filters {
  readonly q: string;
  readonly presence: string;
  readonly incident: string;
  readonly version: string;
  readonly status: string;
  readonly sort: string;
}

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base";
const PRESENCES = ["online", "late", "silent", "unknown"] as const;
const SORTS = ["worst", "quiet", "-quiet", "merchant", "-merchant", "version", "-version"] as const;

/** Filters and order of the fleet; the address holds them, so that a link shows the same. */
export function FleetFilters({ filters, isFiltered }: { filters: Filters; isFiltered: boolean }) {
  const t = useTranslations("fleet");
  const presence = useTranslations("presence");
  const submit = (event: ChangeEvent<HTMLSelectElement>) => event.target.form?.requestSubmit();
  return (
    <Form action="/fleet" className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-end" role="search" aria-label={t("filters")}>
      <ScopeFields />
      <Labelled label={t("search")} className="col-span-2 sm:w-56">
        <input type="search" name="q" defaultValue={filters.q} maxLength={100} placeholder={t("searchHint")} className={FIELD} />
      </Labelled>
      <Labelled label={t("presence")} className="sm:w-36">
        <select name="presence" defaultValue={filters.presence} onChange={submit} className={FIELD}>
          <option value="">{t("any")}</option>
          <option value="late,silent,unknown">{t("unheard")}</option>
          {PRESENCES.map((value) => (
            <option key={value} value={value}>
              {presence(value)}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled label={t("incident")} className="sm:w-40">
        <select name="incident" defaultValue={filters.incident} onChange={submit} className={FIELD}>
          <option value="">{t("any")}</option>
          <option value="open">{t("withIncident")}</option>
          <option value="person">{t("withPerson")}</option>
        </select>
      </Labelled>
      <Labelled label={t("runs")} className="sm:w-28">
        <input name="version" defaultValue={filters.version} maxLength={64} placeholder="1.2.3" className={`${FIELD} font-mono`} />
      </Labelled>
      <Labelled label={t("status")} className="sm:w-36">
        <select name="status" defaultValue={filters.status} onChange={submit} className={FIELD}>
          <option value="">{t("connected")}</option>
          <option value="revoked">{t("revoked")}</option>
        </select>
      </Labelled>
      <Labelled label={t("sort")} className="sm:w-44">
        <select name="sort" defaultValue={filters.sort || "worst"} onChange={submit} className={FIELD}>
          {SORTS.map((value) => (
            <option key={value} value={value}>
              {t(`sorts.${value}`)}
            </option>
          ))}
        </select>
      </Labelled>
      <FilterEnd apply={t("apply")} clear={t("clear")} clearHref={isFiltered ? "/fleet" : null} className="self-end" />
    </Form>
  );
}
