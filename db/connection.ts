import postgres from "postgres";
import { environment } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { type DatabaseRole, roleUrl } from "./roles";
import { surviveLostConnections } from "./survive-lost-connections";
import { workingPassword } from "./working-password";

const open = new Map<DatabaseRole, postgres.Sql>();

/** Connections a process may hold, by role: small, because work is short and PostgreSQL is one machine. */
const POOL: Record<DatabaseRole, number> = { writer: 8, ingest: 3, reader: 8, auditor: 2, breakglass: 1 };

/** Ends all pools, with what still hangs on them; the next use opens new ones. */
function replacePools(): void {
  closeConnections(1).catch((error: unknown) => log.warn("ERR_DATABASE", "Pools of lost connections did not end in order", { error }));
}

/** The process' pool for one role, opened on first use. It may be another one later: do not keep it. */
export function connection(role: DatabaseRole): postgres.Sql {
  const known = open.get(role);
  if (known) return known;
  surviveLostConnections(replacePools);
  const { databaseUrl, masterKey } = environment();
  const sql = postgres(roleUrl(databaseUrl, role, masterKey), {
    max: POOL[role],
    password: () => workingPassword(role),
    connect_timeout: 5,
    idle_timeout: 60,
    max_lifetime: 30 * 60,
    onnotice: () => undefined,
    connection: { application_name: `center:${role}`, statement_timeout: 15_000, idle_in_transaction_session_timeout: 15_000 },
  });
  open.set(role, sql);
  return sql;
}

/** Ends every pool of this process; used when draining. @param timeout seconds that running statements are given */
export async function closeConnections(timeout = 5): Promise<void> {
  const pools = [...open.values()];
  open.clear();
  await Promise.all(pools.map((sql) => sql.end({ timeout })));
}
