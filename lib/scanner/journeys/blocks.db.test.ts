import { afterAll, afterEach, expect, test } from "vitest";
import { GET as showScanner } from "@/app/api/ops/(modules)/scanner/route";
import { GET as listTenants } from "@/app/api/ops/tenants/route";
import { registerTenant } from "@/lib/access/commands/register-tenant";
import { systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import type { Actor } from "@/lib/access/types";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { orderModule } from "@/lib/modules/channel/commands/order-module";
import { refreshBlocks } from "@/lib/platform/web/blocks/blocks";
import { liftBlock } from "@/lib/policy/commands/lift-block";
import { stepCenterRun } from "@/lib/repair/commands/center/step-center-run";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeModuleService } from "@/test/module-service";
import { makeRepairRun } from "@/test/repair-runs";
import { recordScan } from "../commands/record-scan";
import { setBlock } from "../commands/set-block";
import { REACHES } from "../types";

const superuser = openAs("superuser");
const person = personActor(["pay_admin"]);
const system = systemActor("test", "operate");
const reason = "something is wrong with it";
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Refusal ? (error.details.code ?? error.kind) : error),
  );
const block = (kind: "route" | "writer", target: string) =>
  runCommand(setBlock, { input: { kind, target, reason }, actor: person, now: new Date() });
const statusOf = async (handler: (request: Request) => Promise<Response>, path: string) => {
  await refreshBlocks();
  return (await handler(new Request(`http://center.test${path}`))).status;
};
afterEach(async () => {
  await superuser`delete from scan_blocks`;
  await refreshBlocks();
});
afterAll(() => superuser.end());

test("a block over everything closes everything but what people put things right by", async () => {
  await block("route", "* /api/[x]/[...y]");
  expect(await statusOf(listTenants, "/api/ops/tenants")).toBe(403);
  // 401: it is open, and asks who one is.
  expect(await statusOf(showScanner, "/api/ops/scanner")).toBe(401);
  expect(await codeOf(block("route", "* /api/ops/kill-switch"))).toBe("conflict");
});

test("while a wall is down no module is ordered anything, and no repair goes on, that nobody asked for", async () => {
  await ensureCommandKey(new Date());
  const { manifest, digest } = defineModule({ key: "stopped", title: "S", version: "1.0.0", namespace: "tiny", criticality: "standard" });
  const service = await makeModuleService([], { moduleKey: "stopped", manifest: { ...manifest }, manifestDigest: digest });
  const order = (actor: Actor) =>
    codeOf(runCommand(orderModule, { input: { module: service.key, type: "degrade", reason }, actor, now: new Date() }));
  const step = async (appliedBy: string) => {
    const run = { job: "repair_rollup_gaps", status: "applying", phase: "apply", appliedBy } as const;
    await superuser`update repair_runs set status = 'failed'`;
    const id = await makeRepairRun(run);
    return underLease({ kind: "job", tenantId: PLATFORM_TENANT, id }, "test", ({ fence }) =>
      codeOf(runCommand(stepCenterRun, { input: { runId: id, fence, phase: "apply" }, actor: system, now: new Date() })),
    );
  };
  await block("writer", "automatic");
  expect([await order(system), await step("system:heal")]).toEqual(["ERR_WRITER_STOPPED", "ERR_WRITER_STOPPED"]);
  expect([await order(person), await step("person:ops@center.test")]).toEqual(["done", "ERR_REPAIR_DIGEST_MOVED"]);
});

test("a scan closes nothing that is never closed: what it found is written down all the same", async () => {
  const found = {
    ...{ invariant: "route.without_access", object: "POST /api/ops/kill-switch", level: "error", severity: "critical" },
    ...{ moduleKey: "center", detail: "nobody said who", evidence: [], restores: null },
    block: { kind: "route", target: "POST /api/ops/kill-switch" },
  };
  const cost = { kind: "daily", askedBy: "test", startedAt: new Date(), cpuMs: 0, rowsRead: 0, judged: [], faults: [], watermarks: {} };
  const input = { ...cost, found: [found] };
  expect(await runCommand(recordScan, { input, actor: systemActor("test", "scan"), now: new Date() })).toMatchObject({ new_found: 1 });
  expect(await superuser`select target from scan_blocks`).toHaveLength(0);
});

test("what was let pass is let pass; a later write past the gateway closes again", async () => {
  const scanOf = (last: string) => {
    const evidence = [{ label: REACHES, value: last }];
    const found = {
      invariant: "gateway.unaudited_rows",
      object: "tenants",
      level: "error",
      severity: "critical",
      moduleKey: "center",
      evidence,
    };
    const cost = {
      kind: "realtime",
      askedBy: "test",
      startedAt: new Date(),
      cpuMs: 0,
      rowsRead: 0,
      judged: [],
      faults: [],
      watermarks: {},
    };
    const one = { ...found, detail: "rows", restores: null, block: { kind: "writer", target: "automatic" } };
    return runCommand(recordScan, { input: { ...cost, found: [one] }, actor: systemActor("test", "scan"), now: new Date() });
  };
  const inForce = async () => (await superuser`select 1 from scan_blocks where lifted_at is null`).length;
  expect([(await scanOf("100")).new_found, await inForce()]).toEqual([1, 1]);
  await superuser`update scan_blocks set lifted_at = now(), lifted_by = 'test'`;
  expect([(await scanOf("100")).new_found, await inForce()]).toEqual([0, 0]);
  expect([(await scanOf("101")).new_found, await inForce()]).toEqual([1, 1]);
});

test("a stopped person, or a stopped command, still opens again what is closed", async () => {
  const { id } = await block("writer", "command:tenant.register");
  const input = { slug: "stopped", name: "Stopped" };
  const register = () => runCommand(registerTenant, { input, actor: system, now: new Date() });
  expect(await codeOf(register())).toBe("ERR_WRITER_STOPPED");
  await superuser`insert into scan_blocks select tenant_id, gen_random_uuid(), kind, ${`actor:${person.id}`}, violation_id, reason, set_by, set_at from scan_blocks`;
  await superuser`insert into scan_blocks select tenant_id, gen_random_uuid(), kind, 'command:scanner.lift', violation_id, reason, set_by, set_at from scan_blocks where id = ${id}`;
  expect(await codeOf(runCommand(liftBlock, { input: { blockId: id, reason }, actor: person, now: new Date() }))).toBe("done");
  expect(await codeOf(block("writer", "command:loosening.approve"))).toBe("conflict");
});
