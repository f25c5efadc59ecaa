import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { restoreDrills } from "@/db/schema/modules/snapshots";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

const whole = z.number().int().min(0);

/** Keeps what a rehearsal of a restore showed: whether it was equal, how long it took, and how old what it brought back was. */
export const recordDrill = defineCommand({
  name: "snapshot.record_drill",
  permission: "system",
  isPolled: true,
  input: z.strictObject({
    /** The order's own id where a module rehearsed: told once. */
    id: z.uuid(),
    tenantId: z.uuid(),
    snapshotId: z.uuid(),
    moduleKey: z.string().nullable(),
    startedAt: z.date(),
    finishedAt: z.date(),
    isEqual: z.boolean(),
    rows: whole,
    rtoMs: whole,
    rpoMs: whole,
    detail: z.string().max(LIMITS.reasonCharacters).nullable(),
  }),

  async apply(tx, drill) {
    const { tenantId, id, moduleKey, isEqual, rows, rtoMs: rto_ms, rpoMs: rpo_ms, detail } = drill;
    const here = and(eq(restoreDrills.tenantId, tenantId), eq(restoreDrills.id, id));
    const [known] = await tx.select({ id: restoreDrills.id }).from(restoreDrills).where(here);
    if (known) refuse("conflict", "This rehearsal is known");
    await tx.insert(restoreDrills).values(drill);
    const after = { module_key: moduleKey, snapshot_id: drill.snapshotId, is_equal: isEqual, rows, rto_ms, rpo_ms, detail };
    return {
      subject: `drill:${id}`,
      tenantId,
      before: null,
      after,
      events: [{ name: isEqual ? "snapshot.drilled" : "snapshot.drill_failed", payload: { id, module_key: moduleKey } }],
      result: { id, is_equal: isEqual },
    };
  },
});
