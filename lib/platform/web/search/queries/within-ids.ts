import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import type { Words } from "../read-words";

/** Rows whose id begins with what was typed: as bounds, which an index answers also under row security. Undefined where it is no id. */
export function withinIds(column: AnyColumn, { ids }: Words): SQL | undefined {
  return ids ? sql`(${column} >= ${ids.from}::uuid and ${column} <= ${ids.to}::uuid)` : undefined;
}
