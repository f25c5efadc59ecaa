import { z } from "zod";
import { changeFreezes } from "@/db/schema/rollout";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { clockUnderLock } from "@/lib/gateway/calendar-gate";
import { defineCommand } from "@/lib/gateway/define-command";
import { lockPolicy, placeOf } from "../../commands/switch-place";
import { freezeItem } from "../freeze-item";
import { instantField, reasonField, requireRoom, requireTimes } from "./freeze-row";

/** From its first moment to its last nothing is widened at a merchant, or anywhere. Toward safety: one person and a reason. */
export const startFreeze = defineCommand({
  name: "freeze.start",
  permission: "calendar:write",
  input: z
    .strictObject({
      scope: z.enum(["global", "tenant"]),
      tenantId: z.uuid().toLowerCase().nullish(),
      /** Left out, or past: at once. */
      startsAt: instantField.optional(),
      endsAt: instantField,
      reason: reasonField,
    })
    .refine(({ scope, tenantId }) => (scope === "tenant") === Boolean(tenantId), {
      path: ["tenantId"],
      message: "names the tenant, for scope tenant only",
    }),

  async apply(tx, { scope, tenantId: named, startsAt, endsAt, reason }, { actor, now, newId }) {
    if (scope === "global") requireAllTenants(actor, "Everybody's freezes");
    // Whoever hands out an order holds the policy meanwhile: it goes out before the freeze, or never.
    await lockPolicy(tx);
    const { tenantId } = await placeOf(tx, { scope, tenantId: named });
    // At once is what both clocks call past: whoever asks for the policy after us finds the freeze begun, however its own clock goes.
    const clock = await clockUnderLock(tx);
    const atOnce = new Date(Math.min(clock.getTime(), now.getTime()));
    const times = { startsAt: startsAt && startsAt > now ? startsAt : atOnce, endsAt };
    requireTimes(times, now);
    await requireRoom(tx, tenantId, now);
    const row = { tenantId, id: newId(), ...times, reason, setBy: actor.id, setAt: now };
    await tx.insert(changeFreezes).values(row);
    const item = freezeItem(row);
    return {
      subject: `freeze:${row.id}`,
      tenantId: item.tenant_id,
      before: null,
      after: item,
      reason,
      events: [{ name: "freeze.changed", payload: { freezeId: row.id } }],
      result: item,
    };
  },
});
