"use client";

import Form from "next/form";
import { useTranslations } from "next-intl";
import { FilterEnd } from "../ui/filter-end";
import { Labelled } from "../ui/labelled";
import { DELIVERY_EVENTS, DELIVERY_STATES, eventKey } from "./delivery-items";

export interface ShownDeliveryFilters {
  readonly to: string;
  readonly status: string;
  readonly event: string;
  readonly channel: string;
  /** A merchant, an address or an incident that a link named; kept while the rest changes. */
  readonly fixed: Readonly<Record<string, string>>;
}

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base";

/** Filters of what was sent; the address holds them, so that a link shows the same. */
export function DeliveryFilterBar({ filters, isFiltered }: { filters: ShownDeliveryFilters; isFiltered: boolean }) {
  const t = useTranslations("deliveries");
  const events = useTranslations("deliveries.events");
  return (
    <Form action="/deliveries" className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-end" role="search" aria-label={t("filters")}>
      {Object.entries(filters.fixed).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Labelled label={t("to")} className="col-span-2 sm:w-56">
        <input type="search" name="to" defaultValue={filters.to} maxLength={100} placeholder={t("toHint")} className={FIELD} />
      </Labelled>
      <Labelled label={t("status")} className="sm:w-36">
        <select name="status" defaultValue={filters.status} onChange={(event) => event.target.form?.requestSubmit()} className={FIELD}>
          <option value="">{t("any")}</option>
          {DELIVERY_STATES.map((state) => (
            <option key={state} value={state}>
              {t(state)}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled label={t("channel")} className="sm:w-32">
        <select name="channel" defaultValue={filters.channel} onChange={(event) => event.target.form?.requestSubmit()} className={FIELD}>
          <option value="">{t("any")}</option>
          <option value="webhook">{t("webhook")}</option>
          <option value="email">{t("email")}</option>
        </select>
      </Labelled>
      <Labelled label={t("event")} className="col-span-2 sm:w-52">
        <select name="event" defaultValue={filters.event} onChange={(event) => event.target.form?.requestSubmit()} className={FIELD}>
          <option value="">{t("any")}</option>
          {DELIVERY_EVENTS.map((event) => (
            <option key={event} value={event}>
              {events(eventKey(event))}
            </option>
          ))}
        </select>
      </Labelled>
      <FilterEnd apply={t("apply")} clear={t("clear")} clearHref={isFiltered ? "/deliveries" : null} />
    </Form>
  );
}
