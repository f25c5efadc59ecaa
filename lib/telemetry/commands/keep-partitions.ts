import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";

/** Makes the coming days' partitions of the beats and drops what retention has given up: partitions, and batches whose beats are gone. */
export const keepPartitions = defineCommand({
  name: "telemetry.keep-partitions",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const today = now.toISOString().slice(0, 10);
    const keepFrom = new Date(now.getTime() - LIMITS.heartbeatRetentionDays * 86_400_000).toISOString().slice(0, 10);
    const [made] = await tx.execute<{ count: number }>(
      sql`select ensure_heartbeat_partitions(${today}::date - 1, ${LIMITS.heartbeatPartitionsAhead + 1}) as count`,
    );
    const [dropped] = await tx.execute<{ count: number }>(sql`select drop_heartbeat_partitions(${keepFrom}::date) as count`);
    const [forgotten] = await tx.execute<{ count: number }>(
      sql`select drop_ingest_batches(${`${keepFrom}T00:00:00Z`}::timestamptz, ${LIMITS.ingestBatchesDropped}) as count`,
    );
    const after = { made: made?.count ?? 0, dropped: dropped?.count ?? 0, batches_dropped: forgotten?.count ?? 0, kept_from: keepFrom };
    return { subject: "plugin_heartbeats", tenantId: null, before: null, after, result: after };
  },
});
