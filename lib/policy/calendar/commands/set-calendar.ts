import { eq } from "drizzle-orm";
import { z } from "zod";
import { tenantCalendars } from "@/db/schema/rollout";
import { tenants } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { calendarFields } from "../calendar-schema";

type CalendarRow = Pick<typeof tenantCalendars.$inferSelect, "timeZone" | "windows" | "quiet">;

const itemOf = ({ timeZone, windows, quiet }: CalendarRow) => ({ time_zone: timeZone, windows: [...windows], quiet: [...quiet] });

/** When a merchant may be changed, by its own clock: its own people say so, or operators for it. In force at the next look of a rollout. */
export const setCalendar = defineCommand({
  name: "calendar.set",
  permission: "calendar:write",
  input: z.strictObject({
    tenantId: z.uuid().toLowerCase(),
    ...calendarFields,
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { tenantId, reason, ...calendar }, { actor, now }) {
    const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!tenant || tenant.id === PLATFORM_TENANT) refuse("not-found", `No tenant ${tenantId}`);
    const [before] = await tx.select().from(tenantCalendars).where(eq(tenantCalendars.tenantId, tenantId));
    const set = { ...calendar, updatedAt: now, updatedBy: actor.id };
    await tx
      .insert(tenantCalendars)
      .values({ tenantId, ...set })
      .onConflictDoUpdate({ target: tenantCalendars.tenantId, set });
    return {
      subject: `tenant:${tenantId}`,
      tenantId,
      before: before ? itemOf(before) : null,
      after: itemOf(calendar),
      reason,
      events: [{ name: "calendar.changed", payload: { tenantId } }],
      result: { tenant_id: tenantId, ...itemOf(calendar), updated_at: now.toISOString(), updated_by: actor.id },
    };
  },
});
