import { and, count, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookEndpoints } from "@/db/schema/notify";
import { tenants } from "@/db/schema/tenants";
import { makeWebhookSecret } from "@/lib/access/credentials/standard-webhooks";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { urlField } from "@/lib/platform/outbound/url-field";
import { endpointItem, endpointSecretPlace } from "../endpoint-item";
import { NOTIFICATION_EVENTS } from "../types";

const input = z.strictObject({
  /** Null or left out: an address of ops, which hears of every tenant. */
  tenantId: z.uuid().toLowerCase().nullish(),
  url: urlField,
  events: z
    .array(z.enum(NOTIFICATION_EVENTS))
    .min(1)
    .max(NOTIFICATION_EVENTS.length)
    .default([...NOTIFICATION_EVENTS]),
});

/** Notifications of a tenant, or of everything for ops, also go to this address, signed by a secret of its own. */
export const addWebhook = defineCommand({
  name: "webhook.add",
  permission: "webhook:write",
  input,

  async apply(tx, { tenantId, url, events }, { actor, now, newId }) {
    if (!tenantId) requireAllTenants(actor, "Addresses of ops");
    const owner = tenantId ?? PLATFORM_TENANT;
    if (tenantId) {
      const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId)).for("update");
      if (!tenant) refuse("not-found", `No tenant ${tenantId}`);
    }
    const [known] = await tx
      .select({ count: count() })
      .from(webhookEndpoints)
      .where(and(eq(webhookEndpoints.tenantId, owner), eq(webhookEndpoints.isDisabled, false)));
    if ((known?.count ?? 0) >= LIMITS.webhooksPerTenant) refuse("conflict", `There are ${LIMITS.webhooksPerTenant} addresses already`);

    const id = newId();
    const { sealed, keyVersion } = await sealTenantSecret(tx, endpointSecretPlace(owner, id), makeWebhookSecret(), now);
    const row = { tenantId: owner, id, url, events, isDisabled: false, isPaused: false, createdAt: now, previousUntil: null };
    await tx.insert(webhookEndpoints).values({ ...row, sealedSecret: sealed, keyVersion });
    const result = endpointItem(row);
    return { subject: `webhook:${id}`, tenantId: tenantId ?? null, before: null, after: result, result };
  },
});
