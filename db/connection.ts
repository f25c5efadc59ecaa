import postgres from "postgres";
import { environment } from "@/lib/platform/env";
import { type DatabaseRole, roleUrl } from "./roles";

const open = new Map<DatabaseRole, postgres.Sql>();

/** Connections a process may hold, by role: small, because work is short and PostgreSQL is one machine. */
const POOL: Record<DatabaseRole, number> = { writer: 8, ingest: 3, reader: 8, auditor: 2, breakglass: 1 };

/** The process' pool for one role, opened on first use. */
export function connection(role: DatabaseRole): postgres.Sql {
  const known = open.get(role);
  if (known) return known;
  const { databaseUrl, masterKey } = environment();
  const sql = postgres(roleUrl(databaseUrl, role, masterKey), {
    max: POOL[role],
    connect_timeout: 5,
    idle_timeout: 60,
    max_lifetime: 30 * 60,
    onnotice: () => undefined,
    connection: { application_name: `center:${role}`, statement_timeout: 15_000, idle_in_transaction_session_timeout: 15_000 },
  });
  open.set(role, sql);
  return sql;
}

/** Ends every pool of this process; used when draining. */
export async function closeConnections(): Promise<void> {
  const pools = [...open.values()];
  open.clear();
  await Promise.all(pools.map((sql) => sql.end({ timeout: 5 })));
}
