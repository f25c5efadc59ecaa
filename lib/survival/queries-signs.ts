import { sql } from "drizzle-orm";
import { scopeFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { read } from "@/lib/platform/scope";
import type { Signs } from "./freshness";

/** Fixed, so that every process means the same: the round that tells the outside, and the last time it was told that all is well. */
export const DEAD_MAN_ROUND = "00000000-0000-4000-8000-00000000005e";
export const DEAD_MAN_TOLD = "00000000-0000-4000-8000-00000000005f";
/** The scan's own lease: it ends when a scan did. */
const SCAN = "00000000-0000-4000-8000-00000000005c";

/** What the database knows of the other parts. @throws when it does not answer, which says enough */
export async function readSigns(): Promise<Omit<Signs, "isWebReady">> {
  const [row] = await read(scopeFor("operate"), (tx) =>
    tx.execute<{ scan: number | null; unsealed: number; uncovered: number }>(sql`
      select
        (select greatest(0, extract(epoch from now() - lease_until))::float8 from work_leases
          where tenant_id = ${PLATFORM_TENANT} and kind = 'job' and subject_id = ${SCAN}) as scan,
        (select coalesce(greatest(0, extract(epoch from now() - min(at))), 0)::float8 from audit_entries where seq is null) as unsealed,
        (select coalesce(greatest(0, extract(epoch from now() - min(at))), 0)::float8 from audit_entries
          where seq >= coalesce((select max(size) from audit_checkpoints), 0)) as uncovered`),
  );
  return { scanSeconds: row?.scan ?? null, unsealedSeconds: row?.unsealed ?? 0, uncoveredSeconds: row?.uncovered ?? 0 };
}

/** Whether somebody outside waits for a sign of life, and when one last got there. */
export async function readDeadMan(): Promise<{ is_watched: boolean; told_at: string | null }> {
  const [row] = await read(scopeFor("operate"), (tx) =>
    tx.execute<{ at: Date | string }>(sql`
      select lease_until as at from work_leases where tenant_id = ${PLATFORM_TENANT} and kind = 'job' and subject_id = ${DEAD_MAN_TOLD}`),
  );
  return { is_watched: environment().deadManUrl !== null, told_at: row ? new Date(row.at).toISOString() : null };
}
