import { type DeliveriesQuery, deliveriesQuery } from "@/lib/notify/deliveries/queries-deliveries";

export type SearchParams = Readonly<Record<string, string | string[] | undefined>>;

const NAMES = ["id", "tenant_id", "webhook_id", "incident_id", "to", "status", "channel", "event", "cursor"] as const;
export type Shown = Partial<Record<(typeof NAMES)[number], string>>;

/**
 * Filters of the list as the address has them. An empty field is none; parameters that are not ours are left alone.
 *
 * @returns `query` null when a filter is not understood: a mistyped one must not widen what is shown
 */
export function readFilters(params: SearchParams): { readonly shown: Shown; readonly query: DeliveriesQuery | null } {
  const given = NAMES.flatMap((name) => (params[name] === undefined || params[name] === "" ? [] : [[name, params[name]] as const]));
  const parsed = deliveriesQuery.safeParse(Object.fromEntries(given));
  const shown: Shown = Object.fromEntries(given.filter((entry): entry is [(typeof NAMES)[number], string] => typeof entry[1] === "string"));
  return { shown, query: parsed.success ? parsed.data : null };
}

/** An address with these filters, always in one order, so that the same list has one address. */
export function addressOf(path: string, filters: Shown): string {
  const parameters = new URLSearchParams();
  for (const name of NAMES) {
    const value = filters[name];
    if (value) parameters.set(name, value);
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
