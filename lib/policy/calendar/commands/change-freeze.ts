import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { changeFreezes } from "@/db/schema/rollout";
import { defineCommand } from "@/lib/gateway/define-command";
import type { Change } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { freezeItem } from "../freeze-item";
import { shortensFreeze } from "../shortens-freeze";
import { askShorter, type FreezeAnswer, instantField, lockFreeze, reasonField, requireTimes } from "./freeze-row";

/** Other times for a freeze: longer at once, by one person; what lets something begin that it holds becomes a request. */
export const changeFreeze = defineCommand({
  name: "freeze.change",
  permission: "calendar:write",
  input: z
    .strictObject({ freezeId: z.uuid(), startsAt: instantField.optional(), endsAt: instantField.optional(), reason: reasonField })
    .refine(({ startsAt, endsAt }) => startsAt !== undefined || endsAt !== undefined, "nothing to change"),

  async apply(tx, { freezeId, startsAt, endsAt, reason }, context): Promise<Change<FreezeAnswer>> {
    const before = await lockFreeze(tx, freezeId, context);
    const times = { startsAt: startsAt ?? before.startsAt, endsAt: endsAt ?? before.endsAt };
    requireTimes(times, context.now);
    if (times.startsAt.getTime() === before.startsAt.getTime() && times.endsAt.getTime() === before.endsAt.getTime())
      refuse("conflict", "The freeze has these times already");
    if (shortensFreeze(before, times, context.now)) return askShorter(tx, before, times, reason, context);
    await tx
      .update(changeFreezes)
      .set(times)
      .where(and(eq(changeFreezes.tenantId, before.tenantId), eq(changeFreezes.id, freezeId)));
    const item = freezeItem({ ...before, ...times });
    return {
      subject: `freeze:${freezeId}`,
      tenantId: item.tenant_id,
      before: freezeItem(before),
      after: item,
      reason,
      events: [{ name: "freeze.changed", payload: { freezeId } }],
      result: item,
    };
  },
});
