import { randomUUID } from "node:crypto";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleSecrets, moduleServices, moduleTokens } from "@/db/schema/modules/modules";
import { modules } from "@/db/schema/tenants";
import { makeWebhookSecret, sign } from "@/lib/access/credentials/standard-webhooks";
import { ingestTokenDigest, makeIngestToken, modulePlaceOf } from "@/lib/access/modules/module-secrets";
import { sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { newId } from "@/lib/platform/random";
import { asGateway } from "@/test/factories";

export interface MadeService {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly token: string;
}

/** A module service with a secret and an ingest token, serving some tenants. */
export async function makeModuleService(
  tenantIds: readonly string[],
  given: Partial<Pick<typeof moduleServices.$inferInsert, "moduleKey" | "criticality" | "manifest" | "manifestDigest">> = {},
): Promise<MadeService> {
  const now = new Date();
  const [id, key, secret, token] = [
    newId(now),
    given.moduleKey ?? `module-${randomUUID().slice(0, 8)}`,
    makeWebhookSecret(),
    makeIngestToken(),
  ];
  await asGateway(async (tx) => {
    const stamp = { createdAt: now, updatedAt: now };
    const service = { criticality: "standard", ...given, tenantId: PLATFORM_TENANT, id, moduleKey: key, title: key, ...stamp } as const;
    await tx.insert(moduleServices).values(service);
    const sealed = await sealTenantSecret(tx, modulePlaceOf(id, 1), secret, now);
    await tx.insert(moduleSecrets).values({ tenantId: PLATFORM_TENANT, moduleId: id, version: 1, createdAt: now, ...sealed });
    const sha256 = Buffer.from(ingestTokenDigest(token) ?? "", "hex");
    const kept = { tenantId: PLATFORM_TENANT, id: newId(now), moduleId: id, sha256, createdAt: now, createdBy: "fixtures" };
    await tx.insert(moduleTokens).values(kept);
    for (const tenantId of tenantIds)
      await tx.insert(modules).values({ tenantId, id: newId(now), moduleKey: key, isEntitled: true, entitledAt: now, ...stamp });
  });
  return { id, key, secret, token };
}

/** An open incident of a module, of one tenant or of all. */
export async function makeModuleIncident(
  tenantId: string,
  given: Partial<typeof moduleIncidents.$inferInsert> = {},
): Promise<{ readonly id: string }> {
  const [now, id] = [new Date(), newId(new Date())];
  const row: typeof moduleIncidents.$inferInsert = {
    ...{ tenantId, id, moduleKey: `module-${randomUUID().slice(0, 8)}`, cause: "service", type: "error_spike", ruleId: "error_share" },
    ...{ severity: "high", status: "open", explain: "Half of all requests fail", statistic: "error_rate", value: 0.5, usual: 0.1 },
    ...{ evidence: [], rules: ["rules/error_share"], openedAt: now, detectedAt: now, lastSeenAt: now, updatedAt: now, ...given },
  };
  await asGateway((tx) => tx.insert(moduleIncidents).values(row));
  return { id };
}

/** A request as a module service signs it. */
export function signedModuleRequest(
  service: Pick<MadeService, "id" | "secret">,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  more: { readonly id?: string; readonly at?: Date; readonly headers?: Readonly<Record<string, string>> } = {},
): Request {
  const [id, timestamp] = [more.id ?? `msg_${randomUUID()}`, Math.floor((more.at ?? new Date()).getTime() / 1_000)];
  return new Request(`http://center.test${path}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-ndjson",
      "module-id": service.id,
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": sign(service.secret, id, timestamp, body),
      ...more.headers,
    },
  });
}
