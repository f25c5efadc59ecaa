import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";

/** Makes the coming days' partitions of modules' signals and drops those that retention has given up. */
export const keepSignalPartitions = defineCommand({
  name: "signals.keep-partitions",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
    const [made] = await tx.execute<{ count: number }>(
      sql`select ensure_signal_partitions(${daysAgo(1)}::date, ${LIMITS.heartbeatPartitionsAhead + 1}) as count`,
    );
    const kept = {
      records_from: daysAgo(LIMITS.recordRetentionDays),
      spans_from: daysAgo(LIMITS.spanRetentionDays),
      minutes_from: daysAgo(LIMITS.minuteRetentionDays),
    };
    const [dropped] = await tx.execute<{ count: number }>(
      sql`select drop_signal_partitions(${kept.records_from}::date, ${kept.spans_from}::date, ${kept.minutes_from}::date) as count`,
    );
    const after = { made: made?.count ?? 0, dropped: dropped?.count ?? 0, ...kept };
    return { subject: "module_records", tenantId: null, before: null, after, result: after };
  },
});
