import type { z } from "zod";
import { moduleIncidentsQuery } from "@/lib/modules/incidents/queries-incidents";

export type SearchParams = Readonly<Record<string, string | string[] | undefined>>;

const NAMES = ["status", "severity", "type", "cause", "module_key", "tenant_id", "of_all", "mine", "q", "cursor"] as const;
type Shown = Partial<Record<(typeof NAMES)[number], string>>;

/**
 * Filters of the list as the address has them; an empty field is none.
 *
 * @returns `query` null when a filter is not understood: a mistyped one must not widen what is shown
 */
export function readFilters(params: SearchParams): {
  readonly shown: Shown;
  readonly query: z.output<typeof moduleIncidentsQuery> | null;
} {
  const given = NAMES.flatMap((name) => (params[name] === undefined || params[name] === "" ? [] : [[name, params[name]] as const]));
  const parsed = moduleIncidentsQuery.safeParse(Object.fromEntries(given));
  const shown: Shown = Object.fromEntries(given.filter((entry): entry is [(typeof NAMES)[number], string] => typeof entry[1] === "string"));
  return { shown, query: parsed.success ? parsed.data : null };
}

/** The parameters of an address with these filters, always in one order, so that the same list has one address. */
export function parametersOf(filters: Shown): string {
  const parameters = new URLSearchParams();
  for (const name of NAMES) {
    const value = filters[name];
    if (value) parameters.set(name, value);
  }
  return parameters.toString();
}
