"use client";

import Form from "next/form";
import { useTranslations } from "next-intl";
import type { ChangeEvent } from "react";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { ScopeFields } from "../shell/scope/scope-fields";
import { FilterEnd } from "../ui/filter-end";
import { Labelled } from "../ui/labelled";
import { ACTIVE_STATUSES } from "./active-statuses";

export interface Filters {
  readonly status: string;
  readonly severity: string;
  readonly q: string;
}

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base";

/** Filters of the list; the address holds them, so that a link shows the same. */
export function IncidentFilters({ filters }: { filters: Filters }) {
  const t = useTranslations("incidents");
  const status = useTranslations("status");
  const severity = useTranslations("severity");
  const isFiltered = filters.status !== "" || filters.severity !== "" || filters.q !== "";
  const submit = (event: ChangeEvent<HTMLSelectElement>) => event.target.form?.requestSubmit();
  return (
    <Form action="/incidents" className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-end" role="search" aria-label={t("filters")}>
      <ScopeFields />
      <Labelled label={t("status")}>
        <select name="status" defaultValue={filters.status} onChange={submit} className={`${FIELD} sm:w-44`}>
          <option value="">{t("any")}</option>
          <option value={ACTIVE_STATUSES.join(",")}>{t("active")}</option>
          {INCIDENT_STATUSES.map((value) => (
            <option key={value} value={value}>
              {status(value)}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled label={t("severity")}>
        <select name="severity" defaultValue={filters.severity} onChange={submit} className={`${FIELD} sm:w-36`}>
          <option value="">{t("any")}</option>
          {SEVERITIES.toReversed().map((value) => (
            <option key={value} value={value}>
              {severity(value)}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled label={t("search")} className="col-span-2 sm:w-64">
        <input type="search" name="q" defaultValue={filters.q} maxLength={100} placeholder={t("searchHint")} className={FIELD} />
      </Labelled>
      <FilterEnd apply={t("apply")} clear={t("clear")} clearHref={isFiltered ? "/incidents" : null} />
    </Form>
  );
}
