"use client";

import Form from "next/form";
import { useTranslations } from "next-intl";
import type { ChangeEvent } from "react";
import { FilterEnd } from "../../ui/filter-end";
import { Labelled } from "../../ui/labelled";

export interface SlosFiltered {
  readonly module: string;
  readonly state: string;
}

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base";
const STATES = ["burning_fast", "exhausted", "burning_slow", "unknown", "ok"] as const;

interface SlosFiltersProps {
  readonly filters: SlosFiltered;
  readonly modules: readonly { readonly key: string; readonly title: string }[];
}

/** Which objectives are shown; the address holds it, so that a link shows the same. */
export function SlosFilters({ filters, modules }: SlosFiltersProps) {
  const t = useTranslations("slos");
  const submit = (event: ChangeEvent<HTMLSelectElement>) => event.target.form?.requestSubmit();
  const isFiltered = filters.module !== "" || filters.state !== "";
  return (
    <Form action="/slos" className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-end" role="search" aria-label={t("filters")}>
      <Labelled label={t("module")} className="sm:w-48">
        <select name="module" defaultValue={filters.module} onChange={submit} className={FIELD}>
          <option value="">{t("any")}</option>
          {modules.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled label={t("state")} className="sm:w-40">
        <select name="state" defaultValue={filters.state} onChange={submit} className={FIELD}>
          <option value="">{t("any")}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`states.${state}`)}
            </option>
          ))}
        </select>
      </Labelled>
      <FilterEnd apply={t("apply")} clear={t("clear")} clearHref={isFiltered ? "/slos" : null} className="self-end" />
    </Form>
  );
}
