import { randomUUID } from "node:crypto";
import { repairRunProgress, repairRuns } from "@/db/schema/modules/repairs";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { newId } from "@/lib/platform/random";
import { asGateway } from "@/test/factories";

export const RUN_DIGEST = `sha256:${"5".repeat(64)}`;

/** A run whose dry-run is done, of a job that no other run is about; what differs may be said. */
export async function makeRepairRun(given: Partial<typeof repairRuns.$inferInsert> = {}): Promise<string> {
  const now = new Date();
  const [id, tenantId] = [newId(now), given.tenantId ?? PLATFORM_TENANT];
  const run: typeof repairRuns.$inferInsert = {
    ...{ tenantId, id, job: `repair_${randomUUID().replaceAll("-", "_")}`, jobVersion: 1, level: 1, site: "center" },
    ...{ tenantIds: [tenantId], status: "ready", phase: "dry_run", digest: RUN_DIGEST, rowsTotal: 1 },
    ...{ requestedBy: "person:asker@center.test", reason: "a test", traceId: "1".repeat(32) },
    ...{ createdAt: now, updatedAt: now, readyAt: now, expiresAt: new Date(now.getTime() + 900_000) },
    ...given,
  };
  await asGateway(async (tx) => {
    await tx.insert(repairRuns).values(run);
    const part = {
      tenantId,
      runId: id,
      runTenantId: tenantId,
      phase: "dry_run",
      state: "done",
      digest: RUN_DIGEST,
      rowsTotal: 1,
      updatedAt: now,
    } as const;
    await tx.insert(repairRunProgress).values(part);
  });
  return id;
}
