import type { Severity } from "@/lib/kernel/severity";

/** What can be found, in the order in which it is shown: what may be wrong first, then where, then what was done. */
export const SEARCH_KINDS = [
  "incident",
  "module_incident",
  "plugin",
  "tenant",
  "module",
  "rollout",
  "release",
  "runbook",
  "audit",
] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** One thing that was found; `id` is what its page is called by: an id, a module's key, a runbook's name, a trace. */
export interface Found {
  readonly kind: SearchKind;
  readonly id: string;
  /** What it is called: a name, or a type or command in the API's own word. */
  readonly title: string;
  /** More of it in the API's own words; empty where there is none. */
  readonly detail: string;
  readonly tenant_name: string | null;
  readonly severity: Severity | null;
  readonly status: string | null;
  /** When it began; null for what has no time. */
  readonly at: string | null;
}

/** Answer of GET /api/ops/search. */
export interface SearchAnswer {
  readonly q: string;
  readonly items: readonly Found[];
}
