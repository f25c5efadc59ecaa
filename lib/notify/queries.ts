import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { webhookEndpoints } from "@/db/schema/notify";
import { openTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { afterPlace, inTenants, pageOf, pageParameters } from "@/lib/platform/web/page";
import { endpointItem, endpointSecretPlace } from "./endpoint-item";

export const webhooksQuery = z.strictObject({ ...pageParameters, tenant_id: z.uuid().optional() });

/** Addresses for notifications within a scope, newest first, without their secrets; those that were removed are left out. */
export async function listWebhooks(scope: TenantScope, query: z.output<typeof webhooksQuery>) {
  const where = and(
    inTenants(webhookEndpoints.tenantId, scope),
    eq(webhookEndpoints.isDisabled, false),
    query.tenant_id === undefined ? undefined : eq(webhookEndpoints.tenantId, query.tenant_id),
    afterPlace(webhookEndpoints.createdAt, webhookEndpoints.id, query.cursor),
  );
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(webhookEndpoints)
      .where(where)
      .orderBy(desc(webhookEndpoints.createdAt), desc(webhookEndpoints.id))
      .limit(query.limit + 1),
  );
  return pageOf(rows, query.limit, endpointItem, (row) => ({ at: row.createdAt, id: row.id }));
}

/**
 * Opens the secret of an address, to show it once to whoever added it.
 * @throws Error when there is no such address in scope: the caller has just added it
 */
export async function revealWebhookSecret(scope: TenantScope, endpointId: string): Promise<string> {
  return read(scope, async (tx) => {
    const [row] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, endpointId));
    if (!row) throw new Error(`there is no webhook ${endpointId}`);
    return openTenantSecret(tx, endpointSecretPlace(row.tenantId, endpointId), row.sealedSecret);
  });
}
