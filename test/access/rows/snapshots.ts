import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { moduleReleases } from "@/db/schema/modules/snapshots";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { requestSnapshot } from "@/lib/modules/snapshots/commands/request-snapshot";
import { restoreSnapshot } from "@/lib/modules/snapshots/commands/restore-snapshot";
import { takeOwn } from "@/lib/modules/snapshots/commands/take-own";
import { asGateway } from "@/test/factories";
import { NOTHING } from "../belongings";
import { list, OPERATORS, READERS, type Row } from "../row";

const reason = "a test of who may";
const actor = systemActor("table", "operate");

/** A snapshot of Center's own rows about a tenant, sealed; of a tenant that does not exist, an id that nobody has. */
async function sealed(tenantId: string): Promise<string> {
  if (tenantId === NOTHING.tenant) return randomUUID();
  const now = new Date();
  const { id } = await runCommand(requestSnapshot, { input: { tenantId, moduleKey: null, reason: "by_hand", note: reason }, actor, now });
  await runCommand(takeOwn, { input: { tenantId, id }, actor, now });
  return id;
}
async function restored(tenantId: string): Promise<string> {
  if (tenantId === NOTHING.tenant) return randomUUID();
  const { id } = await runCommand(restoreSnapshot, { input: { snapshotId: await sealed(tenantId), reason }, actor, now: new Date() });
  await asGateway(async (tx) => void (await tx.execute(`update snapshot_restores set status = 'failed' where id = '${id}'`)));
  return id;
}
/** A set of versions that ran well. */
async function ranWell(): Promise<string> {
  const [id, now] = [randomUUID(), new Date()];
  const row = { tenantId: PLATFORM_TENANT, id, digest: `sha256:${id}`, centerVersion: "0.1.0", schemaVersion: "0061", members: {} };
  await asGateway(async (tx) => {
    await tx.insert(moduleReleases).values({ ...row, status: "validated", seenAt: now, validatedAt: now, endedAt: now });
    await tx.select().from(moduleReleases).where(eq(moduleReleases.id, id));
  });
  return id;
}

/** Snapshots are a tenant's; taking and restoring them keeps the service busy for all, so that is for who acts for all. */
export const SNAPSHOTS: Readonly<Record<string, Row>> = {
  "GET /api/ops/snapshots": list(),
  "GET /api/ops/snapshots/[id]": {
    may: READERS,
    call: async ({ tenant }) => ({ params: { id: await sealed(tenant) } }),
    status: 200,
    beyond: 404,
  },
  "GET /api/ops/restores/[id]": {
    may: READERS,
    call: async ({ tenant }) => ({ params: { id: await restored(tenant) } }),
    status: 200,
    beyond: 404,
  },
  "POST /api/ops/snapshots": {
    may: OPERATORS,
    call: ({ tenant }) => ({ body: { tenant_id: tenant, module_key: null, note: reason } }),
    status: 201,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/snapshots/[id]/restore": {
    may: OPERATORS,
    call: async ({ tenant }) => {
      const id = await sealed(tenant);
      await asGateway(
        async (tx) => void (await tx.execute(`update snapshot_restores set status = 'failed' where status in ('saving', 'ordered')`)),
      );
      return { params: { id }, body: { reason } };
    },
    status: 201,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/module-releases": list(),
  "POST /api/ops/module-releases/[id]/rollback": {
    may: OPERATORS,
    call: async () => ({ params: { id: await ranWell() }, body: { reason } }),
    status: 201,
    within: 403,
    beyond: 403,
  },
};
