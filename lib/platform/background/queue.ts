import { type SQL, sql } from "drizzle-orm";
import PgBoss from "pg-boss";
import type { WriterTx } from "@/db/writer";
import { currentTrace, formatTraceparent } from "@/lib/platform/trace";

/** What a worker can be woken for. The queue only wakes: what is due, and who holds it, lies in our own columns. */
export const QUEUES = ["attempt", "incident", "notify"] as const;
export type QueueName = (typeof QUEUES)[number];

export interface WakeUp {
  readonly queue: QueueName;
  readonly id: string;
  readonly tenantId: string;
}

/** A statement with $1, $2 ... and its values, as the query builder's own form; objects travel as JSON text. */
function bindPositional(text: string, values: readonly unknown[]): SQL {
  const chunks = text.split(/\$(\d+)/).map((part, index) => {
    if (index % 2 === 0) return sql.raw(part);
    const value = values[Number(part) - 1];
    return sql`${typeof value === "object" && value !== null ? JSON.stringify(value) : (value ?? null)}`;
  });
  return sql.join(chunks);
}

/** Builds jobs without a connection of its own: each is written through the caller's transaction. */
let sender: PgBoss | null = null;
function unconnected(): PgBoss {
  sender ??= new PgBoss({ db: { executeSql: () => Promise.reject(new Error("a wake-up belongs into a transaction")) } });
  return sender;
}

/**
 * Puts a wake-up into the queue within the gateway's own transaction, so that it is there if and only if the change is.
 * A second one for a subject whose first nobody has taken yet is folded into it.
 */
export async function wake(tx: WriterTx, { queue, id, tenantId }: WakeUp): Promise<void> {
  const db = {
    executeSql: async (text: string, values: unknown[]) => ({ rows: [...(await tx.execute(bindPositional(text, values)))] }),
  };
  const trace = currentTrace();
  const data = { id, tenantId, ...(trace ? { traceparent: formatTraceparent(trace) } : {}) };
  await unconnected().send(queue, data, { db, singletonKey: id, retryLimit: 0, expireInSeconds: 120, retentionMinutes: 60 });
}

/** The worker's end of the queue; its tables were made by the owner at migration. */
export function openQueue(connectionString: string): PgBoss {
  return new PgBoss({ connectionString, migrate: false, schedule: false, supervise: true, max: 3, maintenanceIntervalSeconds: 120 });
}
