"use client";

import Form from "next/form";
import { useTranslations } from "next-intl";
import type { ChangeEvent, ReactNode } from "react";
import { INCIDENT_STATUSES } from "@/lib/incidents/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { ACTIVE_STATUSES } from "../../incidents/active-statuses";
import { FilterEnd } from "../../ui/filter-end";
import { Labelled } from "../../ui/labelled";

interface ModuleIncidentFiltersProps {
  /** As the address has them. */
  readonly filters: Readonly<Record<string, string>>;
  readonly choices: { readonly modules: readonly string[]; readonly tenants: readonly { readonly id: string; readonly name: string }[] };
  /** Whether there can be any that concern all tenants. */
  readonly seesAll: boolean;
}

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base";
const PATH = "/module-incidents";

/** Filters of the list; the address holds them, so that a link shows the same. */
export function ModuleIncidentFilters({ filters, choices, seesAll }: ModuleIncidentFiltersProps) {
  const t = useTranslations("moduleIncidents");
  const words = useTranslations("incidents");
  const status = useTranslations("status");
  const severity = useTranslations("severity");
  const isFiltered = Object.keys(filters).length > 0;
  const select = (name: string, label: string, options: ReactNode) => (
    <Labelled label={label} className="min-w-0 sm:w-40">
      <select name={name} defaultValue={filters[name] ?? ""} onChange={submit} className={FIELD}>
        <option value="">{words("any")}</option>
        {options}
      </select>
    </Labelled>
  );
  return (
    <Form action={PATH} className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-end" role="search" aria-label={words("filters")}>
      {select(
        "status",
        words("status"),
        <>
          <option value={ACTIVE_STATUSES.join(",")}>{words("active")}</option>
          {INCIDENT_STATUSES.map((value) => (
            <option key={value} value={value}>
              {status(value)}
            </option>
          ))}
        </>,
      )}
      {select(
        "severity",
        words("severity"),
        SEVERITIES.toReversed().map((value) => <Choice key={value} value={value} text={severity(value)} />),
      )}
      {select(
        "module_key",
        t("module"),
        choices.modules.map((key) => <Choice key={key} value={key} text={key} />),
      )}
      {select(
        "tenant_id",
        t("tenant"),
        choices.tenants.map(({ id, name }) => <Choice key={id} value={id} text={name} />),
      )}
      <Tick name="mine" label={t("mine")} isOn={filters.mine !== undefined} />
      {seesAll ? <Tick name="of_all" label={t("everybody")} isOn={filters.of_all !== undefined} /> : null}
      <Labelled label={words("search")} className="col-span-2 sm:w-52">
        <input type="search" name="q" defaultValue={filters.q} maxLength={100} className={FIELD} />
      </Labelled>
      <FilterEnd apply={words("apply")} clear={words("clear")} clearHref={isFiltered ? PATH : null} />
    </Form>
  );
}

const submit = (event: ChangeEvent<HTMLSelectElement | HTMLInputElement>) => event.target.form?.requestSubmit();

function Choice({ value, text }: { value: string; text: string }) {
  return <option value={value}>{text}</option>;
}

function Tick({ name, label, isOn }: { name: string; label: string; isOn: boolean }) {
  return (
    <label className="flex min-h-11 items-center gap-2 text-sm font-medium sm:min-h-9">
      <input type="checkbox" name={name} value="true" defaultChecked={isOn} onChange={submit} className="size-4 accent-accent" />
      {label}
    </label>
  );
}
