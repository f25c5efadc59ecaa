import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { releaseRollbacks } from "@/db/schema/modules/snapshots";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";

const item = z.strictObject({
  module_key: z.string(),
  from: z.string(),
  to: z.string(),
  status: z.enum(["waiting", "ordered", "done", "failed", "by_hand"]),
  command_id: z.uuid().nullable(),
  detail: z.string().nullable(),
});

/** Notes how far the modules have come on their way back; it is over when none is under way. */
export const noteRollback = defineCommand({
  name: "release.note_roll_back",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ id: z.uuid(), items: z.array(item) }),

  async apply(tx, { id, items }, { now }) {
    const here = and(eq(releaseRollbacks.tenantId, PLATFORM_TENANT), eq(releaseRollbacks.id, id));
    const [row] = await tx.select().from(releaseRollbacks).where(here).for("update");
    if (row?.status !== "ordered") refuse("conflict", "This way back is over");
    const isOver = items.every(({ status }) => status !== "waiting" && status !== "ordered");
    const status = !isOver ? "ordered" : items.some((one) => one.status === "failed") ? "failed" : "done";
    await tx
      .update(releaseRollbacks)
      .set({ items, status, finishedAt: isOver ? now : null })
      .where(here);
    const brief = (all: readonly { module_key: string; status: string }[]) => all.map((one) => `${one.module_key}: ${one.status}`);
    return {
      subject: `release-rollback:${id}`,
      tenantId: PLATFORM_TENANT,
      before: { items: brief(row.items) },
      after: { status, items: brief(items) },
      result: { id, status },
    };
  },
});
