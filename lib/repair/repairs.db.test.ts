import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { POST as beatRoute } from "@/app/api/modules/beat/route";
import { POST as resultRoute } from "@/app/api/modules/commands/[id]/result/route";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { newId } from "@/lib/platform/random";
import { digestOf } from "@/module-client/js/canonical-json.mjs";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";
import { makeRepairRun, RUN_DIGEST } from "@/test/repair-runs";
import { applyRun } from "./commands/apply-run";
import { approveRun } from "./commands/approve-run";
import { cancelRun } from "./commands/cancel-run";
import { requestDryRun } from "./commands/request-dry-run";
import { rollBackRun } from "./commands/roll-back-run";
import { advanceRepairs } from "./jobs/advance-repairs";
import { showRepairRun } from "./queries-repairs";

const superuser = openAs("superuser");
const person = personActor();
const second = steppedUp(personActor(["approver"], undefined, "second@center.test"));
const reason = "the index lost rows";
let aheadMs = 0;
const clock = { now: () => new Date(Date.now() + aheadMs) };
let tenants: string[];
beforeAll(async () => {
  await ensureCommandKey(new Date());
  tenants = [(await makeTenant()).id, (await makeTenant()).id].sort();
});
afterEach(() => superuser`delete from safety_switches`);
afterAll(() => superuser.end());

const job = { dryRun: () => null, apply: () => null, rollback: () => null };
async function makeService(): Promise<MadeService> {
  const key = `module-${randomUUID().slice(0, 8)}`;
  const { manifest, digest } = defineModule({
    ...{ key, title: key, version: "1.0.0", namespace: "tiny", criticality: "standard" },
    repairJobs: [
      { key: "repair_rebuild_index", version: 1, level: 1, ...job },
      { key: "repair_ledger_entries", version: 1, level: 3, ...job },
      { key: "repair_reconcile_invoices", version: 1, level: 2, ...job },
    ],
    snapshot: { take: () => null, restore: () => null },
  });
  return makeModuleService(tenants, { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
}

interface Order {
  readonly id: string;
  readonly type: string;
  readonly tenant_id: string;
  readonly params: Readonly<Record<string, string>>;
}
/** Beats once, and answers each order as `obey` says; null leaves it open. */
async function beat(service: MadeService, obey: (order: Order) => unknown): Promise<Order[]> {
  const data = {
    ...{ module_id: service.id, boot_id: randomUUID(), seq: 1, running_version: "1.0.0", manifest_digest: digestOf({}) },
    health: { status: "ok", checks: {} },
  };
  const body = JSON.stringify({ type: "module.beat", timestamp: new Date().toISOString(), data });
  const answer = await (await beatRoute(signedModuleRequest(service, "/api/modules/beat", body))).json();
  const orders: Order[] = answer.commands.map((envelope: { payload: string }) =>
    JSON.parse(Buffer.from(envelope.payload, "base64").toString()),
  );
  for (const order of orders) {
    const result = obey(order);
    if (result === null) continue;
    const word = { module_id: service.id, command_id: order.id, status: "done", detail: "", result, timings_ms: {} };
    const said = JSON.stringify({ type: "module.command.result", timestamp: new Date().toISOString(), data: word });
    const path = `/api/modules/commands/${order.id}/result`;
    const taken = await resultRoute(signedModuleRequest(service, path, said), { params: Promise.resolve({ id: order.id }) });
    expect(taken.status).toBe(200);
  }
  return orders;
}

const difference = (order: Order, rows = 2) => ({
  digest: digestOf([order.tenant_id, rows]),
  rows_total: rows,
  tables: rows > 0 ? { search_index: rows } : {},
  rows: [...Array(rows).keys()].slice(0, 3).map((n) => ({ table: "search_index", key: { id: n }, before: null, after: { words: "a" } })),
});
const obeyed = (order: Order, rows = 2): unknown =>
  order.type === "repair_dry_run" ? difference(order, rows) : { is_same: true, rows_done: rows, rows_kept: 0 };

const round = () => advanceRepairs("worker:test", clock);
const show = async (id: string) => {
  const run = await showRepairRun(person.tenants, id);
  if (!run) throw new Error(`no run ${id}`);
  return run;
};
const ask = (service: MadeService | null, more: Record<string, unknown> = {}, actor = person) =>
  runCommand(requestDryRun, {
    input: { job: "repair_rebuild_index", moduleKey: service?.key ?? null, reason, ...more },
    actor,
    now: clock.now(),
  });
const apply = (id: string, digest: string | null, actor = person) =>
  runCommand(applyRun, { input: { runId: id, digest, reason }, actor, now: clock.now() });

/** Rounds and beats until the run stands still. */
async function settle(
  service: MadeService,
  id: string,
  obey: (order: Order) => unknown = obeyed,
): Promise<Awaited<ReturnType<typeof show>>> {
  for (let turn = 0; turn < 8; turn += 1) {
    await round();
    await beat(service, obey);
  }
  await round();
  return show(id);
}

const ready =
  (given: Parameters<typeof makeRepairRun>[0] = {}, more = {}) =>
  async () => ({ input: { runId: await makeRepairRun(given), reason, ...more }, actor: person });
fiveCases({ command: requestDryRun, arrange: async () => ({ input: { job: "repair_rollup_gaps", reason }, actor: person }), winners: 2 });
fiveCases({ command: applyRun, arrange: ready({}, { digest: RUN_DIGEST }), winners: 1 });
fiveCases({ command: cancelRun, arrange: ready(), winners: 1 });

describe("a run at a module", () => {
  test("is tried, applied to just what was shown, and taken back, at each tenant and in one trace", async () => {
    const service = await makeService();
    const { id } = await ask(service);
    const tried = await settle(service, id);
    expect(tried).toMatchObject({ status: "ready", rows_total: 4, needs_two: false });
    expect(tried.parts.map(({ tenant_id }) => tenant_id).sort()).toEqual(tenants);
    await apply(id, tried.digest);
    const orders: Order[] = [];
    const done = await settle(service, id, (order) => {
      orders.push(order);
      return obeyed(order);
    });
    expect(done.status).toBe("applied");
    expect(orders.map(({ type, params }) => [type, params.run_id, params.digest])).toEqual(
      tenants.map((tenantId) => ["repair_apply", id, done.parts.find((part) => part.tenant_id === tenantId)?.digest]),
    );
    await runCommand(rollBackRun, { input: { runId: id, reason }, actor: person, now: clock.now() });
    expect((await settle(service, id)).status).toBe("rolled_back");
    const entries =
      await superuser`select distinct trace_id from audit_entries where subject = ${`repair:${id}`} and actor = 'system:repair'`;
    expect(entries.map((entry) => entry.trace_id)).toEqual([done.trace_id]);
  });

  test("that finds nothing is clean; one of level 3 ends as a plan and is never applied", async () => {
    const service = await makeService();
    const { id } = await ask(service);
    expect((await settle(service, id, (order) => obeyed(order, 0))).status).toBe("clean");
    const ledger = await ask(service, { job: "repair_ledger_entries" });
    const plan = { entries: [{ kind: "charge" }] };
    const planned = await settle(service, ledger.id, (order) => ({ ...difference(order), plan }));
    expect(planned).toMatchObject({ status: "planned", plan: Object.fromEntries(tenants.map((tenantId) => [tenantId, plan])) });
    expect((await refusalOf(apply(ledger.id, planned.digest))).details.code).toBe("ERR_REPAIR_PLAN_ONLY");
  });

  test("whose rows moved at one tenant is taken back at the other, and failed", async () => {
    const service = await makeService();
    const { id } = await ask(service);
    const { digest } = await settle(service, id);
    await apply(id, digest);
    const types: string[] = [];
    const failed = await settle(service, id, (order) => {
      types.push(`${order.type} ${tenants.indexOf(order.tenant_id)}`);
      const isMoved = order.type === "repair_apply" && order.tenant_id === tenants[1];
      return isMoved ? { is_same: false, digest: RUN_DIGEST, rows_done: 0, rows_kept: 0 } : obeyed(order);
    });
    expect(failed).toMatchObject({ status: "failed", error_code: "ERR_REPAIR_DIGEST_MOVED" });
    expect(types).toEqual(["repair_apply 0", "repair_apply 1", "repair_rollback 0"]);
  });

  test("an answer that says nothing of what was asked is a failure, and what may have been done is taken back", async () => {
    const service = await makeService();
    const { id } = await ask(service, { tenantIds: [tenants[0]] });
    const { digest } = await settle(service, id);
    await apply(id, digest);
    const failed = await settle(service, id, (order) => (order.type === "repair_apply" ? { ok: true } : obeyed(order)));
    expect(failed).toMatchObject({ status: "failed", error_code: "ERR_REPAIR_FAILED" });
    expect(failed.events.map(({ kind }) => kind)).toContain("rolling_back");
  });

  test("level 2 changes nothing before its snapshot is sealed, and two people apply what is about money", async () => {
    const service = await makeService();
    const { id } = await ask(service, { job: "repair_reconcile_invoices", tenantIds: [tenants[0]] });
    const { digest } = await settle(service, id);
    expect(await apply(id, digest)).toMatchObject({ request_id: id, status: "ready" });
    const approve = (actor: typeof person) => runCommand(approveRun, { input: { runId: id, digest, reason }, actor, now: clock.now() });
    expect((await refusalOf(approve(steppedUp(person)))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await refusalOf(approve({ ...second, proof: { authTime: null, amr: [] } }))).details.code).toBe("ERR_STEP_UP");
    await approve(second);
    await round();
    await round();
    const [snapshot] = await superuser`select id, status, reason from tenant_snapshots where module_key = ${service.key}`;
    expect(snapshot).toMatchObject({ status: "requested", reason: "before_patch" });
    expect((await show(id)).phase).toBe("snapshot");
    await superuser`update tenant_snapshots set status = 'sealed', digest = ${RUN_DIGEST}, taken_at = now() where id = ${snapshot?.id}`;
    expect(await settle(service, id)).toMatchObject({ status: "applied", parts: [{ snapshot_id: snapshot?.id }] });
  });

  test("two workers in one run order once, and the late one notes nothing", async () => {
    const service = await makeService();
    await ask(service);
    for (let turn = 0; turn < 3; turn += 1) await Promise.all([advanceRepairs("worker:a", clock), advanceRepairs("worker:b", clock)]);
    const [{ orders } = { orders: 0 }] =
      await superuser`select count(*)::int as orders from module_commands where module_id = ${service.id}`;
    expect(orders).toBe(tenants.length);
  });

  test("SAFE_MODE holds what Center asks for by itself, the kill switch what anybody does; a dry-run grows too old", async () => {
    const service = await makeService();
    const { id } = await ask(service);
    const { digest } = await settle(service, id);
    await superuser`insert into safety_switches (tenant_id, id, scope, name, is_on, reason, set_by, set_at)
      values ('00000000-0000-0000-0000-000000000000', ${newId()}, 'global', 'kill_switch', true, 'test', 'test', now())`;
    expect((await refusalOf(apply(id, digest))).details.code).toBe("ERR_KILL_SWITCH");
    await superuser`delete from safety_switches`;
    expect((await refusalOf(apply(id, RUN_DIGEST))).details.code).toBe("ERR_REPAIR_DIGEST_MOVED");
    aheadMs = 901_000;
    expect((await refusalOf(apply(id, digest))).details.code).toBe("ERR_REPAIR_EXPIRED");
    await round();
    expect((await show(id)).status).toBe("expired");
    aheadMs = 0;
  });
});
describe("a run at Center", () => {
  async function whole(id: string): Promise<Awaited<ReturnType<typeof show>>> {
    for (let turn = 0; turn < 6; turn += 1) await round();
    return show(id);
  }
  test("rights that nobody should have are taken away by two people, never given, and can be put back", async () => {
    const id = newId();
    await superuser`insert into people (id, email, name, roles, tenants, is_disabled, sessions_valid_from, created_at, updated_at)
      values (${id}, ${`${id}@gone.test`}, 'Gone', '{operator,king}', ${[`${tenants[0]}`, randomUUID()]}, false, now(), now(), now())`;
    const rightsOf = async () => (await superuser`select roles, tenants from people where id = ${id}`)[0];
    const before = await rightsOf();
    const run = await ask(null, { job: "repair_excess_permissions" });
    const { digest, parts } = await whole(run.id);
    expect(parts[0]?.rows).toEqual([{ table: "people", key: { id }, before, after: { roles: ["operator"], tenants: [tenants[0]] } }]);
    await apply(run.id, digest);
    const agree = () => runCommand(approveRun, { input: { runId: run.id, digest, reason }, actor: second, now: clock.now() });
    await agree();
    expect((await whole(run.id)).status).toBe("applied");
    expect(await rightsOf()).toEqual({ roles: ["operator"], tenants: [tenants[0]] });
    await runCommand(rollBackRun, { input: { runId: run.id, reason }, actor: person, now: clock.now() });
    await agree();
    expect((await whole(run.id)).status).toBe("rolled_back");
    expect(await rightsOf()).toEqual(before);
    await superuser`delete from people where id = ${id}`;
  });
  test("gaps of the roll-ups are filled from their steps, and are gaps again when it is taken back", async () => {
    const plugin = await makePlugin(String(tenants[0]));
    const hour = "date_trunc('day', now(), 'UTC') - interval '1 day' + interval '5 hours'";
    await superuser.unsafe(`insert into plugin_rollups select '${plugin.tenantId}', 300, '${plugin.id}', ${hour} + n * interval '5 minutes',
      2, 10, 1, 0, 0.5, 2, 0.25, 100, 2, 60, 0, 0, null from generate_series(0, 11) n`);
    const rows = () =>
      superuser`select step_seconds, beats, fail_rate_sum, queue_depth_max from plugin_rollups where plugin_id = ${plugin.id} and step_seconds > 300 order by 1`;
    const run = await ask(null, { job: "repair_rollup_gaps", reason });
    const { digest, rows_total } = await whole(run.id);
    expect(rows_total).toBe(2);
    await apply(run.id, digest);
    expect((await whole(run.id)).status).toBe("applied");
    expect((await rows()).map((row) => ({ ...row }))).toEqual(
      [3600, 86400].map((step_seconds) => ({ step_seconds, beats: 24, fail_rate_sum: 6, queue_depth_max: null })),
    );
    const again = await ask(null, { job: "repair_rollup_gaps", reason });
    expect((await whole(again.id)).status).toBe("clean");
    await runCommand(rollBackRun, { input: { runId: run.id, reason }, actor: person, now: clock.now() });
    expect((await whole(run.id)).status).toBe("rolled_back");
    expect(await rows()).toHaveLength(0);
  });
  test("rows that moved since they were shown are not changed", async () => {
    const plugin = await makePlugin(String(tenants[0]));
    await superuser`insert into plugin_rollups select ${plugin.tenantId}, 300, ${plugin.id}, date_trunc('day', now(), 'UTC') - interval '2 days', 2, 10, 1, 0, 0.5, 2, 0.25, 100, 2, 60, 0, 0, null`;
    const run = await ask(null, { job: "repair_rollup_gaps", reason });
    const { digest } = await whole(run.id);
    await superuser`update plugin_rollups set beats = 3 where plugin_id = ${plugin.id}`;
    await apply(run.id, digest);
    expect(await whole(run.id)).toMatchObject({ status: "failed", error_code: "ERR_REPAIR_DIGEST_MOVED" });
    const [{ left } = { left: -1 }] =
      await superuser`select count(*)::int as left from plugin_rollups where plugin_id = ${plugin.id} and step_seconds > 300`;
    expect(left).toBe(0);
  });
});
