import { canonicalJson, digestOf, type Json } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";
import type { DryRunAnswer, RepairRow } from "../types";

/** In one order, so that the same difference has the same digest. */
export function sortRows(rows: readonly RepairRow[]): RepairRow[] {
  const named = rows.map((row) => ({ row, name: `${row.table} ${canonicalJson(row.key as Json)}` }));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ row }) => row);
}

/** A difference as it is told: its digest over all rows, the first of them, and how many there are of each table. */
export function describeDifference(rows: readonly RepairRow[]): DryRunAnswer {
  const tables: Record<string, number> = {};
  for (const { table } of rows) tables[table] = (tables[table] ?? 0) + 1;
  return { digest: digestOf(rows as unknown as Json), rows_total: rows.length, tables, rows: rows.slice(0, LIMITS.repairRowsShown) };
}
