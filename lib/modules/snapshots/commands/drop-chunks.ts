import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";

/**
 * Drops chunks that nothing refers to and that nobody brought lately, a bounded number. Whoever is bringing one of them just now touched its
 * row first: it is then looked at again, and stays.
 */
export const dropChunks = defineCommand({
  name: "snapshot.drop_chunks",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const before = new Date(now.getTime() - LIMITS.snapshotChunkIdleSeconds * 1_000).toISOString();
    const rows = await tx.execute(sql`
      delete from snapshot_chunks c where c.touched_at < ${before}::timestamptz and (c.tenant_id, c.digest) in (
        select u.tenant_id, u.digest from snapshot_chunks u where u.touched_at < ${before}::timestamptz
          and not exists (select 1 from snapshot_refs r where r.tenant_id = u.tenant_id and r.digest = u.digest) limit ${LIMITS.eraseRowsAtOnce})
      returning c.digest`);
    const after = { dropped: rows.length };
    return { subject: "snapshots:chunks", tenantId: null, before: null, after, result: after };
  },
});
