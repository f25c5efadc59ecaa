import { eq, sql } from "drizzle-orm";
import { moduleSecrets } from "@/db/schema/modules/modules";
import type { WriterTx } from "@/db/writer";
import { makeWebhookSecret } from "@/lib/access/credentials/standard-webhooks";
import { modulePlaceOf } from "@/lib/access/modules/module-secrets";
import { sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

/** The newest version of a module's secret; 0 when it has none. The caller holds the module's row. */
export async function newestModuleSecret(tx: WriterTx, moduleId: string): Promise<number> {
  const [row] = await tx
    .select({ version: sql<number>`coalesce(max(${moduleSecrets.version}), 0)::int` })
    .from(moduleSecrets)
    .where(eq(moduleSecrets.moduleId, moduleId));
  return row?.version ?? 0;
}

/** Makes a secret and stores it sealed. It never passes through a command's answer, which is kept for repeated calls. */
export async function addModuleSecret(tx: WriterTx, moduleId: string, version: number, now: Date): Promise<void> {
  const sealed = await sealTenantSecret(tx, modulePlaceOf(moduleId, version), makeWebhookSecret(), now);
  await tx.insert(moduleSecrets).values({ tenantId: PLATFORM_TENANT, moduleId, version, createdAt: now, ...sealed });
}
