import { randomUUID } from "node:crypto";
import type postgres from "postgres";

/** Beats that a plugin sent before a test begins. */
export interface PastBeats {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly version: string;
  /** Of the newest; the others lie before it, two minutes apart. Partitions are there from yesterday on. */
  readonly until: Date;
  readonly count: number;
  /** What the beat of that index says, 0 the oldest. */
  readonly telemetryOf: (index: number) => Record<string, number>;
  /** Index of the oldest, from which ids and numbers rise, so that the same beats laid down in pieces are the same. */
  readonly from?: number;
}

/** Stores beats as the ingest would have, of one boot. */
export async function storePastBeats(sql: postgres.Sql, past: PastBeats): Promise<void> {
  const { tenantId, pluginId, version, until, count, telemetryOf, from = 0 } = past;
  const boot = "00000000-0000-4000-8000-00000000000b";
  const rows = Array.from({ length: count }, (_none, index) => {
    const at = new Date(until.getTime() - (count - 1 - index) * 120_000);
    const id = `00000000-0000-4000-8000-${String(from + index).padStart(12, "0")}`;
    return {
      tenant_id: tenantId,
      plugin_id: pluginId,
      id,
      webhook_id: id,
      boot_id: boot,
      seq: from + index,
      received_at: at,
      sent_at: at,
      running_version: version,
      disk_version: version,
      is_active: true,
      telemetry: telemetryOf(from + index) as never,
      errors: "[]",
      body_sha256: Buffer.alloc(32),
      process_id: randomUUID(),
      batch_no: 1,
    };
  });
  if (rows.length > 0) await sql`insert into plugin_heartbeats ${sql(rows)}`;
}
