/** What a person calls the rows of a table: in the order in which the page lists them. */
export const KINDS = ["plugins", "reports", "incidents", "changes", "modules", "told", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** The first that fits; tables are many and grow, so what none names is `other`. */
const NAMED: readonly (readonly [Kind, RegExp])[] = [
  ["reports", /^(plugin_heartbeats|plugin_rollups|plugin_streams|plugin_state|plugin_refusals)/],
  ["incidents", /incident|postmortem|runbook/],
  ["changes", /attempt|command|rollout|recall|emergency|sira|autonomy/],
  ["modules", /^(module|repair|snapshot|slo|heal|scan|restore)/],
  ["told", /webhook|outbox|notice|page/],
  ["plugins", /^plugin/],
];

/** What the rows of a table are to a person. */
export function kindOf(table: string): Kind {
  return NAMED.find(([, pattern]) => pattern.test(table))?.[0] ?? "other";
}

interface Counted {
  readonly table: string;
  readonly rows: number;
  readonly is_more: boolean;
}

/** Rows added up by kind; kinds without a row are left out. */
export function countByKind(tables: readonly Counted[]): { readonly kind: Kind; readonly rows: number; readonly isMore: boolean }[] {
  return KINDS.map((kind) => {
    const own = tables.filter(({ table }) => kindOf(table) === kind);
    return { kind, rows: own.reduce((sum, { rows }) => sum + rows, 0), isMore: own.some(({ is_more: isMore }) => isMore) };
  }).filter(({ rows }) => rows > 0);
}
