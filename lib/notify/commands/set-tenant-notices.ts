import { eq } from "drizzle-orm";
import { z } from "zod";
import { tenantNotices } from "@/db/schema/notify";
import { tenants } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { MERCHANT_EVENTS } from "../choices/default-events";
import { NOTIFICATION_EVENTS } from "../types";

/** A merchant says what its people are told of by e-mail unless they say otherwise themselves, and in which language. */
export const setTenantNotices = defineCommand({
  name: "tenant.set-notices",
  permission: "webhook:write",
  input: z.strictObject({
    tenantId: z.uuid().toLowerCase(),
    language: z.enum(["en", "fr"]).optional(),
    emailEvents: z.array(z.enum(NOTIFICATION_EVENTS)).max(NOTIFICATION_EVENTS.length).optional(),
  }),

  async apply(tx, { tenantId, language, emailEvents }, { now }) {
    const [tenant] = await tx.select().from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!tenant) refuse("not-found", `No tenant ${tenantId}`);
    const [before] = await tx.select().from(tenantNotices).where(eq(tenantNotices.tenantId, tenantId));
    const events = emailEvents ?? before?.emailEvents ?? [...MERCHANT_EVENTS];
    const locale = language ?? tenant.locale;
    await tx.update(tenants).set({ locale }).where(eq(tenants.id, tenantId));
    const set = { emailEvents: [...events], updatedAt: now };
    await tx
      .insert(tenantNotices)
      .values({ tenantId, ...set })
      .onConflictDoUpdate({ target: tenantNotices.tenantId, set });
    const after = { language: locale, email_events: [...events] };
    const was = { language: tenant.locale, email_events: before?.emailEvents ?? null };
    return { subject: `tenant:${tenantId}`, tenantId, before: was, after, result: { id: tenantId, ...after } };
  },
});
