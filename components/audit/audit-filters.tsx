"use client";

import Form from "next/form";
import { useTranslations } from "next-intl";
import { ScopeFields } from "../shell/scope/scope-fields";
import { FilterEnd } from "../ui/filter-end";
import { Labelled } from "../ui/labelled";

export interface ShownFilters {
  readonly q: string;
  readonly actor: string;
  readonly command: string;
  readonly outcome: string;
}

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base";

/** Filters of the log; the address holds them, so that a link shows the same. */
export function AuditFilterBar({ filters, isFiltered }: { filters: ShownFilters; isFiltered: boolean }) {
  const t = useTranslations("audit");
  return (
    <Form action="/audit" className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-end" role="search" aria-label={t("filters")}>
      <ScopeFields />
      <Labelled label={t("search")} className="col-span-2 sm:w-56">
        <input type="search" name="q" defaultValue={filters.q} maxLength={100} placeholder={t("searchHint")} className={FIELD} />
      </Labelled>
      <Labelled label={t("actor")} className="sm:w-52">
        <input name="actor" defaultValue={filters.actor} maxLength={200} className={FIELD} />
      </Labelled>
      <Labelled label={t("command")} className="sm:w-44">
        <input name="command" defaultValue={filters.command} maxLength={100} className={FIELD} />
      </Labelled>
      <Labelled label={t("outcome")} className="sm:w-32">
        <select name="outcome" defaultValue={filters.outcome} onChange={(event) => event.target.form?.requestSubmit()} className={FIELD}>
          <option value="">{t("any")}</option>
          <option value="done">{t("done")}</option>
          <option value="refused">{t("refused")}</option>
        </select>
      </Labelled>
      <FilterEnd apply={t("apply")} clear={t("clear")} clearHref={isFiltered ? "/audit" : null} />
    </Form>
  );
}
