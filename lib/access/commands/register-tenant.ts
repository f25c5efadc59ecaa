import { z } from "zod";
import { tenants } from "@/db/schema/tenants";
import { createTenantKey } from "@/lib/access/sealing/tenant-secrets";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { requireAllTenants } from "../people/require-all-tenants";

const input = z.strictObject({
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens")
    .max(63)
    .refine((slug) => slug !== "platform", "is kept for the platform itself"),
  name: z.string().trim().min(1).max(LIMITS.nameCharacters),
  locale: z.enum(["en", "fr"]).default("en"),
});

/** A merchant or customer comes on board, with a data key of its own under which its secrets are sealed. */
export const registerTenant = defineCommand({
  name: "tenant.register",
  permission: "tenant:write",
  input,

  async apply(tx, { slug, name, locale }, { actor, now, newId }) {
    requireAllTenants(actor, "Tenants");
    const inserted = await tx
      .insert(tenants)
      .values({ id: newId(), slug, name, locale, createdAt: now })
      .onConflictDoNothing({ target: tenants.slug })
      .returning();
    const tenant = inserted[0] ?? refuse("conflict", `There is a tenant ${slug} already`);
    await createTenantKey(tx, tenant.id, now);
    const result = { id: tenant.id, slug, name, locale, disabled: tenant.isDisabled, created_at: now.toISOString() };
    return {
      subject: `tenant:${tenant.id}`,
      tenantId: tenant.id,
      before: null,
      after: result,
      events: [{ name: "tenant.registered", payload: { tenantId: tenant.id } }],
      result,
    };
  },
});
