import { eq } from "drizzle-orm";
import { z } from "zod";
import { tenantCalendars } from "@/db/schema/rollout";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import type { Change, CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { type AskedLoosening, askLoosening } from "../../commands/ask-loosening";
import { lockPolicy } from "../../commands/switch-place";
import { calendarFields } from "../calendar-schema";
import { hoursOf } from "../hours-of";
import type { Calendar } from "../may-change-now";
import { opensHours } from "../opens-hours";

type Hours = ReturnType<typeof hoursOf>;
type Answer =
  | (Hours & { readonly tenant_id: string; readonly updated_at: string; readonly updated_by: string })
  | { readonly [Key in keyof AskedLoosening]: AskedLoosening[Key] };

/** Hours that let something begin which is held now wait for a second person. Nothing changes yet. */
async function askOpener(
  tx: WriterTx,
  { tenantId, before, after, policyVersion }: { tenantId: string; before: Hours; after: Hours; policyVersion: number },
  reason: string,
  context: CommandContext,
): Promise<Change<Answer>> {
  const document = { do: "calendar_change" as const, tenant_id: tenantId, before, after, policy_version: policyVersion };
  const result = await askLoosening(tx, { tenantId, reason, document }, context);
  return {
    subject: `tenant:${tenantId}`,
    tenantId,
    before,
    after: { asked: result },
    reason,
    events: [{ name: "switch.asked", payload: { requestId: result.request_id, actor: context.actor.id } }],
    result: { ...result },
  };
}

/**
 * When a merchant may be changed, by its own clock: its own people say so, or operators for it. Fewer hours hold at once, by one person and from
 * the next look of whoever begins something there; more of them become a request.
 */
export const setCalendar = defineCommand({
  name: "calendar.set",
  permission: "calendar:write",
  input: z.strictObject({
    tenantId: z.uuid().toLowerCase(),
    ...calendarFields,
    reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { tenantId, reason, ...calendar }, context): Promise<Change<Answer>> {
    const { actor, now } = context;
    // Whoever hands out an order holds the policy meanwhile: it goes out before these hours, or never.
    const { version: policyVersion } = await lockPolicy(tx);
    const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!tenant || tenant.id === PLATFORM_TENANT) refuse("not-found", `No tenant ${tenantId}`);
    const [row] = await tx.select().from(tenantCalendars).where(eq(tenantCalendars.tenantId, tenantId));
    const [before, after] = [row ? hoursOf(row) : null, hoursOf(calendar)];
    if (before && opensHours(row as Calendar, calendar)) return askOpener(tx, { tenantId, before, after, policyVersion }, reason, context);
    const set = { ...calendar, updatedAt: now, updatedBy: actor.id };
    await tx
      .insert(tenantCalendars)
      .values({ tenantId, ...set })
      .onConflictDoUpdate({ target: tenantCalendars.tenantId, set });
    return {
      subject: `tenant:${tenantId}`,
      tenantId,
      before,
      after,
      reason,
      events: [{ name: "calendar.changed", payload: { tenantId } }],
      result: { tenant_id: tenantId, ...after, updated_at: now.toISOString(), updated_by: actor.id },
    };
  },
});
