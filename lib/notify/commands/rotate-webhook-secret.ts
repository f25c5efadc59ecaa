import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookEndpoints } from "@/db/schema/notify";
import { makeWebhookSecret } from "@/lib/access/credentials/standard-webhooks";
import { sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { endpointItem, endpointSecretPlace } from "../endpoint-item";

/** An address gets a new secret. For a day messages carry two signatures, so that its receiver changes over when it likes. */
export const rotateWebhookSecret = defineCommand({
  name: "webhook.rotate-secret",
  permission: "webhook:write",
  input: z.strictObject({ webhookId: z.uuid().toLowerCase(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { webhookId, reason }, { now }) {
    const [before] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, webhookId)).for("update");
    if (!before || before.isDisabled) refuse("not-found", `No webhook ${webhookId}`);
    const previousUntil = new Date(now.getTime() + LIMITS.secretOverlapSeconds * 1_000);
    const { sealed, keyVersion } = await sealTenantSecret(tx, endpointSecretPlace(before.tenantId, webhookId), makeWebhookSecret(), now);
    await tx
      .update(webhookEndpoints)
      .set({ sealedSecret: sealed, keyVersion, previousSealedSecret: before.sealedSecret, previousUntil })
      .where(and(eq(webhookEndpoints.tenantId, before.tenantId), eq(webhookEndpoints.id, webhookId)));
    const result = endpointItem({ ...before, previousUntil });
    const tenantId = before.tenantId === PLATFORM_TENANT ? null : before.tenantId;
    return { subject: `webhook:${webhookId}`, tenantId, before: endpointItem(before), after: result, reason, result };
  },
});
