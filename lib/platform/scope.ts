import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { connection } from "@/db/connection";
import { reader } from "@/db/reader";
import type { TenantScope } from "@/lib/access/types";
import { currentTrace } from "@/lib/platform/trace";

/** Values of the two settings that row security reads; both are always set, so that nothing is inherited. */
export function scopeSettings(scope: TenantScope): { tenants: string; all: string } {
  return scope.kind === "all" ? { tenants: "{}", all: scope.purpose } : { tenants: `{${scope.ids.join(",")}}`, all: "" };
}

type Executor = Pick<PostgresJsDatabase, "execute">;

/** Binds a tenant scope to the current transaction, and only to it. */
export async function bindScope(tx: Executor, scope: TenantScope): Promise<void> {
  const { tenants, all } = scopeSettings(scope);
  const trace = currentTrace();
  // While the transaction lasts, pg_stat_activity and the server's log say in which trace it is; it costs no further question.
  const named = trace ? sql`, set_config('application_name', ${`center ${trace.traceId}`}, true)` : sql``;
  await tx.execute(sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)${named}`);
}

export type ReaderTx = Parameters<Parameters<PostgresJsDatabase["transaction"]>[0]>[0];

/** Runs reads as the SELECT role within a tenant scope. An empty set sees nothing. */
export async function read<T>(scope: TenantScope, work: (tx: ReaderTx) => Promise<T>): Promise<T> {
  return reader().transaction(
    async (tx) => {
      await bindScope(tx, scope);
      return work(tx);
    },
    { accessMode: "read only" },
  );
}

/**
 * One read that is asked for all the time: planned once by each connection (planning anew would cost many times what answering does), and
 * sent with its scope in one go.
 *
 * @param parameters  as text; the statement says of what type each is
 */
export async function readOften<Row extends object>(scope: TenantScope, statement: string, parameters: string[]): Promise<readonly Row[]> {
  const { tenants, all } = scopeSettings(scope);
  const answer = await connection("reader").begin("read only", async (sql) => {
    const bound = sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)`.execute();
    const [, found] = await Promise.all([bound, sql.unsafe(statement, parameters, { prepare: true }).execute()]);
    return { found };
  });
  return answer.found as unknown as readonly Row[];
}
