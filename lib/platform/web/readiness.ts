import { statfs } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { scopeFor } from "@/lib/access/system-actor";
import { environment } from "../env";
import { LIMITS } from "../limits";
import { whileDatabaseAnswers } from "../overload/database-watch";
import { read } from "../scope";

/** What must be there before traffic is sent here. */
export interface Readiness {
  readonly ready: boolean;
  readonly database: boolean;
  readonly migrations: boolean;
  readonly partitions: boolean;
  /** A worker has scanned within the last two minutes. */
  readonly worker: boolean;
  /** DATA_DIR has room left: for the copy of the audit log, and for the embedded database. */
  readonly disk: boolean;
  /** When healing was last proven to work, RFC 3339; null while it never was, or nobody can say. */
  readonly last_proven_heal_at: string | null;
}

/** It holds nothing up: a Center that heals nobody by itself is still one that people can use. */
async function lastProvenHeal(): Promise<string | null> {
  const [row] = await read(scopeFor("operate"), (tx) =>
    tx.execute<{ at: string | null }>(sql`select max(ended_at) as at from heal_proofs where outcome = 'proven'`),
  );
  return row?.at ? new Date(row.at).toISOString() : null;
}

/** Whether there is room; where nobody can say, there is: a database elsewhere needs none here. */
async function hasRoom(): Promise<boolean> {
  const found = await statfs(environment().dataDir).catch(() => null);
  return found === null || found.bavail * found.bsize >= LIMITS.diskFreeBytes;
}

/** Asks the database whether it answers, has this version's tables, and can take today's beats. */
export async function readReadiness(): Promise<Readiness> {
  const disk = await hasRoom();
  try {
    const asked = read(scopeFor("operate"), (tx) =>
      tx.execute<{ migrations: boolean; partitions: boolean; worker: boolean }>(sql`
        select to_regclass('public.work_leases') is not null and to_regclass('public.ops_policy') is not null as migrations,
          to_regclass('public.plugin_heartbeats_' || to_char(now() at time zone 'UTC', 'YYYYMMDD')) is not null as partitions,
          exists (select 1 from work_leases where kind = 'job' and lease_until > now() - interval '2 minutes') as worker`),
    );
    const [row] = await whileDatabaseAnswers(asked);
    const migrations = row?.migrations === true;
    const partitions = row?.partitions === true;
    const worker = row?.worker === true;
    const last_proven_heal_at = migrations ? await whileDatabaseAnswers(lastProvenHeal()) : null;
    return { ready: migrations && partitions && worker, database: true, migrations, partitions, worker, disk, last_proven_heal_at };
  } catch {
    const nothing = { ready: false, database: false, migrations: false, partitions: false, worker: false };
    return { ...nothing, disk, last_proven_heal_at: null };
  }
}
