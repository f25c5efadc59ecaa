import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { restoreDrills, snapshotRestores } from "@/db/schema/modules/snapshots";
import { modules } from "@/db/schema/tenants";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeTenant } from "@/test/factories";
import { makeModuleService } from "@/test/module-service";
import { restoreSnapshot } from "../commands/restore-snapshot";
import { drillRestores } from "./drill-restores";
import { moveRestores } from "./move-restores";
import { moveSnapshots } from "./move-snapshots";
import { takeSnapshot } from "./take-snapshot";

const superuser = openAs("superuser");
const system = systemActor("heal", "operate");
const all = scopeFor("operate");
afterAll(() => superuser.end());

/** A tenant with one row of Center's own, and a sealed snapshot of it. */
async function savedTenant(): Promise<{ tenantId: string; snapshotId: string }> {
  const [tenantId, snapshotId] = [(await makeTenant()).id, randomUUID()];
  const now = new Date();
  const row = { tenantId, id: randomUUID(), moduleKey: "search", createdAt: now, updatedAt: now };
  await asGateway(async (tx) => void (await tx.insert(modules).values(row)));
  await takeSnapshot({ id: snapshotId, tenantId, moduleKey: null, reason: "by_hand", note: "a test of snapshots" }, system, now);
  await moveSnapshots(now);
  return { tenantId, snapshotId };
}
const spoil = (tenantId: string) => superuser`update snapshot_chunks set sealed = '\\x00' where tenant_id = ${tenantId}`;
const beginRestore = async ({ snapshotId }: { snapshotId: string }) =>
  (await runCommand(restoreSnapshot, { input: { snapshotId, reason: "the rows are wrong" }, actor: system, now: new Date() })).id;
const restoreOf = async (id: string) => (await read(all, (tx) => tx.select().from(snapshotRestores).where(eq(snapshotRestores.id, id))))[0];

test("one that cannot be read ends its own restore with why, and keeps no other waiting", async () => {
  const [broken, sound] = [await savedTenant(), await savedTenant()];
  const [first, second] = [await beginRestore(broken), await beginRestore(sound)];
  await moveSnapshots(new Date());
  await spoil(broken.tenantId);
  await moveRestores(new Date());
  expect(await restoreOf(first)).toMatchObject({ status: "failed", detail: expect.stringContaining("nothing was changed") });
  expect(await restoreOf(second)).toMatchObject({ status: "done", isEqual: true });
});

test("a rehearsal of one that cannot be read has shown nothing good, in Center and at a module", async () => {
  const { tenantId, snapshotId } = await savedTenant();
  const service = await makeModuleService([tenantId]);
  const ofModule = randomUUID();
  await superuser`insert into tenant_snapshots (tenant_id, id, module_key, reason, note, status, requested_by, requested_at, taken_at, expires_at, digest, chunks, rows)
    select tenant_id, ${ofModule}, ${service.key}, reason, note, status, requested_by, requested_at, taken_at, expires_at, digest, chunks, rows
    from tenant_snapshots where id = ${snapshotId}`;
  await superuser`insert into snapshot_refs select tenant_id, ${ofModule}, position, digest, rows, bytes from snapshot_refs where snapshot_id = ${snapshotId}`;
  for (const { id } of await superuser`select id from tenants`) await spoil(id);
  await drillRestores(new Date());
  const drills = await read(all, (tx) => tx.select().from(restoreDrills));
  const shown = drills.map(({ moduleKey, isEqual, detail }) => [moduleKey, isEqual, detail?.includes("cannot be read")]);
  expect(new Map(shown.map((each) => [each[0], each]))).toEqual(
    new Map([
      [null, [null, false, true]],
      [service.key, [service.key, false, true]],
    ]),
  );
});
