import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { makeModuleService } from "@/test/module-service";
import { listDue, listUnderWay } from "../queries-snapshots";
import { SNAPSHOT_REASONS } from "../types";
import { takeSnapshot } from "./take-snapshot";

const superuser = openAs("superuser");
const system = systemActor("heal", "operate");
const all = scopeFor("operate");
afterAll(() => superuser.end());

/** A module that lives and keeps something of so many tenants. */
async function keeperOf(tenants: number): Promise<{ key: string; tenantIds: string[] }> {
  const tenantIds: string[] = [];
  for (let n = 0; n < tenants; n += 1) tenantIds.push((await makeTenant()).id);
  const key = `keeper-${randomUUID().slice(0, 8)}`;
  const snapshot = { take: () => null, restore: () => null };
  const { manifest, digest } = defineModule({ key, title: key, version: "1.0.0", namespace: "tiny", criticality: "standard", snapshot });
  const { id } = await makeModuleService(tenantIds, { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
  await superuser`
    insert into module_service_state (tenant_id, module_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, health, queue, flags, modes, recent_ids, beats, failing)
    values (${PLATFORM_TENANT}, ${id}, now(), ${randomUUID()}, now(), 1, now(), '1.0.0', '{}', '{}', '{}', '{}', '{}', 1, '{}')`;
  return { key, tenantIds };
}
const ask = (tenantId: string, moduleKey: string, reason: (typeof SNAPSHOT_REASONS)[number], at: Date) =>
  takeSnapshot({ id: randomUUID(), tenantId, moduleKey, reason, note: "a test of snapshots" }, system, at);

test("those that somebody waits for go before those of the calendar, and the longest waiting first among them", async () => {
  const { key, tenantIds } = await keeperOf(1);
  const from = Date.now() - 60_000;
  for (const [n, reason] of SNAPSHOT_REASONS.entries()) await ask(tenantIds[0] ?? "", key, reason, new Date(from + n * 1_000));
  const waiting = await read(all, listUnderWay);
  expect(waiting.map(({ reason }) => reason)).toEqual(["before_patch", "before_restore", "by_hand", "periodic", "drill"]);
});

test("of the calendar no more are planned than a module has room for beside those that wait", async () => {
  const { key, tenantIds } = await keeperOf(LIMITS.snapshotsAtModule + 2);
  const due = async () => (await read(all, (tx) => listDue(tx, new Date()))).filter(({ module_key }) => module_key === key).length;
  expect(await due()).toBe(LIMITS.snapshotsAtModule);
  await ask(tenantIds[0] ?? "", key, "by_hand", new Date());
  expect(await due()).toBe(LIMITS.snapshotsAtModule - 1);
  for (const tenantId of tenantIds.slice(1, LIMITS.snapshotsAtModule)) await ask(tenantId, key, "periodic", new Date());
  expect(await due()).toBe(0);
});
