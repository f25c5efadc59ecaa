import { gt, sql } from "drizzle-orm";
import { outbox } from "@/db/schema/spine";
import type { TenantScope } from "@/lib/access/types";
import { uuidv7 } from "@/lib/kernel/ids";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";

/** What happened lately within a scope, and fingerprints of what changes without an event. */
export interface RecentChanges {
  readonly events: readonly { readonly id: string; readonly name: string; readonly payload: Readonly<Record<string, unknown>> }[];
  /** Milliseconds of the newest beat; 0 when there was none. */
  readonly heardAtMs: number;
  /** The kill switch and the switches, which the break-glass role changes without an event. */
  readonly safety: string;
}

const NO_RANDOM = new Uint8Array(10);

/**
 * Reads what pages within a scope may have to hear of. Ids are made before their transaction commits, so each look goes
 * back LIMITS.liveOverlapMs and the caller drops what it knows.
 */
export function readChanges(scope: TenantScope, now: Date): Promise<RecentChanges> {
  const since = uuidv7(new Date(now.getTime() - LIMITS.liveOverlapMs), NO_RANDOM);
  return read(scope, async (tx) => {
    const events = await tx
      .select({ id: outbox.id, name: outbox.name, payload: outbox.payload })
      .from(outbox)
      .where(gt(outbox.id, since))
      .orderBy(outbox.id)
      .limit(LIMITS.liveEventsPerLook);
    const [row] = await tx.execute<{ heard: number; safety: string }>(sql`
      select coalesce((select floor(extract(epoch from max(last_seen)) * 1000) from plugin_state), 0)::float8 as heard,
        concat_ws(':', (select concat(autopatch_enabled, version) from ops_policy where id = 1),
          (select concat(count(*) filter (where is_on), max(set_at)) from safety_switches)) as safety`);
    return { events, heardAtMs: row?.heard ?? 0, safety: row?.safety ?? "" };
  });
}
