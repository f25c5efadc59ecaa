import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemActor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { vouch } from "@/lib/audit/jobs/vouch";
import { verifyLog } from "@/lib/audit/verify/verify-log";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { callOffOffboarding } from "./commands/call-off";
import { eraseTenant } from "./commands/erase-tenant";
import { offboardTenant } from "./commands/offboard-tenant";
import { eraseLeaving } from "./jobs/erase-leaving";

const superuser = openAs("superuser");
const copy = mkdtempSync(path.join(tmpdir(), "offboarding-"));
afterAll(async () => {
  await superuser.end();
  rmSync(copy, { recursive: true, force: true });
});

const admin = (email: string) => steppedUp(personActor(["security_admin"], undefined, email));
const [ada, grace] = [admin("ada@center.test"), admin("grace@center.test")];
const reason = "the contract ended";
const later = () => new Date(Date.now() + (LIMITS.offboardingGraceHours + 1) * 3_600_000);
const order = (tenant: { id: string; slug: string }, actor = ada, now = new Date()) =>
  runCommand(offboardTenant, { input: { tenantId: tenant.id, slug: tenant.slug, reason }, actor, now });

async function makeShop() {
  const tenant = await makeTenant();
  const plugin = await makePlugin(tenant.id);
  const { id } = await makeIncident(plugin);
  await superuser`insert into plugin_rollups (tenant_id, step_seconds, plugin_id, bucket_at, beats, webhooks_sent, webhooks_failed, errors, fail_rate_sum, fail_rate_count,
      latency_p95_sum, latency_p95_count, queue_depth_sum, queue_depth_count)
    select ${tenant.id}, 300, ${plugin.id}, now() - n * interval '5 minutes', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 from generate_series(1, 2500) n`;
  return { ...tenant, incidentId: id };
}
const TENANT_TABLES = superuser<{ name: string }[]>`
  select c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;
/** Every row of everybody but one tenant, hashed table by table. */
async function othersOf(tenantId: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name } of await TENANT_TABLES) {
    if (name === "audit_entries") continue;
    const [row] = await superuser.unsafe<{ hash: string }[]>(
      `select count(*) || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from "${name}" t where tenant_id <> '${tenantId}'`,
    );
    found[name] = row?.hash ?? "";
  }
  return found;
}

fiveCases({
  command: offboardTenant,
  arrange: async () => {
    const { id, slug } = await makeTenant();
    return { input: { tenantId: id, slug, reason }, actor: ada };
  },
  winners: 1,
  forbidden: personActor(["operator"]),
});

test("two different people offboard a tenant, by its typed slug; one person twice, or after hours, is one", async () => {
  const shop = await makeTenant();
  expect(await order(shop)).toMatchObject({ status: "asked", erased_from: null });
  expect((await refusalOf(order(shop))).details.code).toBe("ERR_SECOND_PERSON");
  expect((await refusalOf(order({ ...shop, slug: "another" }, grace))).kind).toBe("conflict");
  expect((await refusalOf(order(shop, personActor(["security_admin"], undefined, "eve@center.test")))).details.code).toBe("ERR_STEP_UP");
  const tooLate = new Date(Date.now() + LIMITS.looseningLifeSeconds * 1_000 + 1_000);
  const then = (actor: Actor): Actor => ({ ...actor, proof: { authTime: tooLate, amr: ["otp"] } });
  expect(await order(shop, then(grace), tooLate)).toMatchObject({ status: "asked" });
  expect(await order(shop, then(ada), tooLate)).toMatchObject({ status: "leaving" });
  expect((await refusalOf(order(shop, then(grace), tooLate))).kind).toBe("conflict");
});

test("a tenant that left is erased in bounded steps, nothing of it opens or is there, and nobody else's row has changed", async () => {
  const [shop, other] = [await makeShop(), await makeShop()];
  await order(shop, ada);
  await order(shop, grace);
  const erase = (now: Date) => runCommand(eraseTenant, { input: { tenantId: shop.id }, actor: systemActor("test", "operate"), now });
  // Not before its days of quiet are over; a tenant that does not leave, never.
  expect((await refusalOf(erase(new Date()))).kind).toBe("conflict");
  await sealAll();
  await vouch(copy, new Date());
  const before = await othersOf(shop.id);
  const first = await erase(later());
  expect(first).toMatchObject({ destroyed_keys: 1, is_gone: false });
  expect(first.erased_rows).toBeLessThanOrEqual(LIMITS.eraseRowsAtOnce);
  expect(await eraseLeaving(later())).toBeGreaterThan(1_500);

  for (const { name } of await TENANT_TABLES) {
    if (name === "audit_entries" || name === "tenant_keys") continue;
    const [row] = await superuser.unsafe<{ rows: number }[]>(`select count(*)::int as rows from "${name}" where tenant_id = '${shop.id}'`);
    expect({ name, rows: row?.rows }).toEqual({ name, rows: 0 });
  }
  const [gone] = await superuser`select name, slug, gone_at is not null as is_gone from tenants where id = ${shop.id}`;
  expect(gone).toEqual({ name: "", slug: `gone-${shop.id}`, is_gone: true });
  const [key] = await superuser`select length(sealed) as bytes from tenant_keys where tenant_id = ${shop.id}`;
  expect(key).toEqual({ bytes: 0 });
  const after = await othersOf(shop.id);
  // The outbox tells of the erasure itself; nothing else of anybody is another.
  expect(after).toEqual({ ...before, outbox: after.outbox });
  const [kept] = await superuser`select count(*)::int as rows from incident_events where tenant_id = ${other.id}`;
  expect(kept?.rows).toBeGreaterThan(0);
  await sealAll();
  await vouch(copy, new Date(Date.now() + 60_000));
  expect(await verifyLog({ directory: copy })).toMatchObject({ ok: true, problem: null });
  expect((await refusalOf(erase(later()))).kind).toBe("conflict");
});

test("no role erases a tenant that did not leave, nor any row of the audit log", async () => {
  const shop = await makeShop();
  const writer = openAs("writer");
  try {
    const tries = [
      () => writer`select erase_tenant_rows(${shop.id}, 10)`,
      () =>
        writer.begin(async (tx) => {
          await tx`select gateway_open()`;
          await tx`select erase_tenant_rows(${shop.id}, 10)`;
        }),
      () =>
        writer.begin(async (tx) => {
          await tx`select gateway_open(), set_config('center.erasing', ${shop.id}, true), set_config('center.scope_all', 'x', true)`;
          await tx`delete from incident_events where tenant_id = ${shop.id}`;
        }),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject({ code: "42501" });
  } finally {
    await writer.end();
  }
});

fiveCases({
  command: callOffOffboarding,
  arrange: async () => {
    const tenant = await makeTenant();
    await order(tenant);
    await order(tenant, grace);
    return { input: { tenantId: tenant.id, reason }, actor: ada };
  },
  winners: 1,
  forbidden: personActor(["operator"]),
  works: async (_result, { input }) => {
    const { tenantId } = input as { tenantId: string };
    const [row] = await superuser`select leaving_at, leaving_asked_at, is_disabled from tenants where id = ${tenantId}`;
    expect(row).toEqual({ leaving_at: null, leaving_asked_at: null, is_disabled: false });
    await eraseLeaving(later());
    const [there] = await superuser`select gone_at from tenants where id = ${tenantId}`;
    expect(there).toEqual({ gone_at: null });
  },
});

test("once its keys are destroyed a tenant cannot stay", async () => {
  const tenant = await makeTenant();
  await order(tenant);
  await order(tenant, grace);
  await runCommand(eraseTenant, { input: { tenantId: tenant.id }, actor: systemActor("offboarding", "operate"), now: later() });
  const stay = runCommand(callOffOffboarding, { input: { tenantId: tenant.id, reason }, actor: ada, now: later() });
  expect((await refusalOf(stay)).kind).toBe("conflict");
});
