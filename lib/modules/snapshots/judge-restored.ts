import type { moduleCommands } from "@/db/schema/modules/modules";

type OrderRow = Pick<typeof moduleCommands.$inferSelect, "payload" | "result">;

/** What came of an order to restore. */
export interface Restored {
  readonly isEqual: boolean;
  readonly rows: number;
  /** Rows of history that came later and were left as they are. */
  readonly kept: number;
}

const numberOf = (value: unknown) => (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0);

/**
 * Compares what a module read back with what it was ordered to put there. What it does not say is not equal: its word that all went well is
 * no evidence.
 */
export function judgeRestored({ payload, result }: OrderRow): Restored {
  const ordered = (payload.params ?? {}) as { content_digest?: unknown; rows?: unknown };
  const said = ((result as { result?: unknown } | null)?.result ?? {}) as { digest?: unknown; rows?: unknown; kept?: unknown };
  const isSame = typeof ordered.content_digest === "string" && said.digest === ordered.content_digest && said.rows === ordered.rows;
  return { isEqual: isSame, rows: numberOf(said.rows), kept: numberOf(said.kept) };
}
