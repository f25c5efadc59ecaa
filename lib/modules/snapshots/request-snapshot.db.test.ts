import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { tenantSnapshots } from "@/db/schema/modules/snapshots";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { read } from "@/lib/platform/scope";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeModuleService } from "@/test/module-service";
import { requestSnapshot } from "./commands/request-snapshot";
import { takeSnapshot } from "./jobs/take-snapshot";

const actor = personActor();
const ask = (input: Record<string, unknown>) =>
  runCommand(requestSnapshot, { input: { reason: "by_hand", note: "before we look into it", ...input }, actor, now: new Date() });

/** A module that keeps something, as after its first beat. */
async function keeper(tenantIds: readonly string[], keeps = true) {
  const key = `module-${randomUUID().slice(0, 8)}`;
  const snapshot = keeps ? { take: () => null, restore: () => null } : null;
  const { manifest, digest } = defineModule({ key, title: key, version: "1.2.0", namespace: "tiny", criticality: "standard", snapshot });
  return makeModuleService(tenantIds, { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
}

fiveCases({
  command: requestSnapshot,
  arrange: async () => {
    const tenant = await makeTenant();
    return { input: { tenantId: tenant.id, moduleKey: (await keeper([tenant.id])).key, reason: "by_hand", note: "a test" }, actor };
  },
  winners: 2,
  forbidden: personActor(["viewer"]),
});

describe("asking for a snapshot", () => {
  test("again by the same id asks for the same one, and only for that", async () => {
    const [one, other] = [await makeTenant(), await makeTenant()];
    const wanted = { id: randomUUID(), tenantId: one.id, moduleKey: null, reason: "before_patch", note: "action 7" } as const;
    expect(await takeSnapshot(wanted, actor, new Date())).toEqual({ id: wanted.id, status: "requested" });
    expect(await takeSnapshot(wanted, actor, new Date())).toEqual({ id: wanted.id, status: "requested" });
    expect((await refusalOf(takeSnapshot({ ...wanted, tenantId: other.id }, actor, new Date()))).kind).toBe("conflict");
  });

  test("of all tenants is one of each that uses the module", async () => {
    const [uses, doesNot] = [await makeTenant(), await makeTenant()];
    const { key } = await keeper([uses.id]);
    const { id, status } = await ask({ tenantId: PLATFORM_TENANT, moduleKey: key });
    expect(status).toBe("taking");
    const parts = await read(scopeFor("operate"), (tx) => tx.select().from(tenantSnapshots).where(eq(tenantSnapshots.parentId, id)));
    expect(parts.map(({ tenantId, status: own }) => [tenantId, own])).toEqual([[uses.id, "requested"]]);
    expect(parts.some(({ tenantId }) => tenantId === doesNot.id)).toBe(false);
  });

  test("is refused for what keeps nothing, what is unknown, and whoever acts for some tenants only", async () => {
    const tenant = await makeTenant();
    const { key } = await keeper([tenant.id], false);
    expect((await refusalOf(ask({ tenantId: tenant.id, moduleKey: key }))).details.code).toBe("ERR_NO_SNAPSHOT");
    expect((await refusalOf(ask({ tenantId: tenant.id, moduleKey: "nobody-knows-it" }))).kind).toBe("not-found");
    expect((await refusalOf(ask({ tenantId: randomUUID(), moduleKey: null }))).kind).toBe("not-found");
    const some = { ...actor, tenants: { kind: "set" as const, ids: [tenant.id] } };
    const input = { tenantId: tenant.id, moduleKey: null, reason: "by_hand", note: "a test" };
    const refusal = await refusalOf(runCommand(requestSnapshot, { input, actor: some, now: new Date() }));
    expect(refusal.details.code).toBe("ERR_ALL_TENANTS_NEEDED");
    const left = and(eq(tenantSnapshots.tenantId, tenant.id));
    expect(await read(scopeFor("operate"), (tx) => tx.select().from(tenantSnapshots).where(left))).toEqual([]);
  });
});
