import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeModuleService } from "@/test/module-service";
import { makeRepairRun, RUN_DIGEST } from "@/test/repair-runs";
import { advanceRepairs } from "../jobs/advance-repairs";
import { showRepairRun } from "../queries-repairs";
import { approveRun } from "./approve-run";
import { excessRights } from "./center/excess-rights";
import { rollBackRun } from "./roll-back-run";

const superuser = openAs("superuser");
const person = personActor();
const second = personActor(["approver"], undefined, "second@center.test");
const reason = "the rows have to be what they were";
const job = "repair_rebuild_index";
let tenantId: string;
beforeAll(async () => {
  await ensureCommandKey(new Date());
  tenantId = (await makeTenant()).id;
});
afterAll(() => superuser.end());

const round = () => advanceRepairs("worker:test", { now: () => new Date() });
const rollBack = (runId: string) => runCommand(rollBackRun, { input: { runId, reason }, actor: person, now: new Date() });
const show = async (id: string) => (await showRepairRun(person.tenants, id)) ?? expect.fail(`no run ${id}`);

/** A run at a module that knows its job, `tries` orders into being applied at its tenant. */
async function applyingRun(status: "applying" | "applied", tries: number): Promise<{ id: string; moduleId: string }> {
  const key = `module-${randomUUID().slice(0, 8)}`;
  const deeds = { dryRun: () => null, apply: () => null, rollback: () => null };
  const { manifest, digest } = defineModule({
    ...{ key, title: key, version: "1.0.0", namespace: "tiny", criticality: "standard" },
    repairJobs: [{ key: job, version: 1, level: 1, ...deeds }],
  });
  const service = await makeModuleService([tenantId], { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
  const phaseUntil = new Date(Date.now() + LIMITS.repairPhaseSeconds * 1_000);
  const id = await makeRepairRun({ tenantId, job, site: "module", moduleKey: key, status, phase: "apply", phaseUntil });
  await superuser`update repair_run_progress set phase = 'apply', state = ${status === "applied" ? "done" : "ordered"}, tries = ${tries},
    order_id = ${randomUUID()}, is_applied = true where run_id = ${id}`;
  return { id, moduleId: service.id };
}

/** Every order that waits ends like this. */
const endOrders = (moduleId: string, status: "expired" | "done") =>
  superuser`update module_commands set status = ${status}, finished_at = now(), result = ${superuser.json({ result: { rows_done: 1, rows_kept: 0 } })}
    where module_id = ${moduleId} and status = 'queued' returning id`;

async function untilEnded(id: string, moduleId: string, status: "expired" | "done"): Promise<Awaited<ReturnType<typeof show>>> {
  for (let turn = 0; turn < 12; turn += 1) {
    await round();
    await endOrders(moduleId, status);
  }
  return show(id);
}

fiveCases({
  command: rollBackRun,
  arrange: async () => ({ input: { runId: await makeRepairRun({ status: "applied" }), reason }, actor: person }),
  winners: 1,
});
fiveCases({
  command: approveRun,
  arrange: async () => {
    const runId = await makeRepairRun({ needsTwo: true, askedBy: person.id });
    return { input: { runId, digest: RUN_DIGEST, reason }, actor: steppedUp(second) };
  },
  winners: 1,
});

describe("taking back", () => {
  test("where a module was away for too long can be asked for again, and gives new orders", async () => {
    const { id, moduleId } = await applyingRun("applied", 1);
    await rollBack(id);
    const stuck = await untilEnded(id, moduleId, "expired");
    expect(stuck).toMatchObject({ status: "failed", error_code: "ERR_REPAIR_STUCK", parts: [{ is_applied: true }] });
    expect(await rollBack(id)).toMatchObject({ status: "rolling_back" });
    const back = await untilEnded(id, moduleId, "done");
    expect(back).toMatchObject({ status: "rolled_back", error_code: null, parts: [{ is_applied: false, state: "done" }] });
    expect((await refusalOf(rollBack(id))).kind).toBe("conflict");
  });

  test("a run that failed and left nothing has nothing to take back", async () => {
    const id = await makeRepairRun({ tenantId, status: "failed", errorCode: "ERR_REPAIR_DIGEST_MOVED" });
    expect((await refusalOf(rollBack(id))).kind).toBe("conflict");
  });

  test.each([
    [1, "failed", "nothing was ever ordered there"],
    [2, "rolling_back", "the first order may have been obeyed"],
  ] as const)("an order that is refused at try %d: the run is %s, for %s", async (tries, status, _why) => {
    const { id, moduleId } = await applyingRun("applying", tries);
    await superuser`update module_services set manifest = null where id = ${moduleId}`;
    await round();
    await round();
    expect(await show(id)).toMatchObject({ status, parts: [{ is_applied: tries > 1 }] });
  });
});

describe("taking back what two people applied", () => {
  const agree = (runId: string, actor = steppedUp(second), digest = RUN_DIGEST) =>
    runCommand(approveRun, { input: { runId, digest, reason }, actor, now: new Date() });

  test("is asked for by one, and begins once another one agrees with a second factor for it", async () => {
    const id = await makeRepairRun({ tenantId, status: "applied", needsTwo: true, askedBy: "person:asker@center.test" });
    expect((await refusalOf(agree(id))).kind).toBe("conflict");
    expect(await rollBack(id)).toMatchObject({ status: "applied", awaiting: "second_person" });
    expect((await refusalOf(rollBack(id))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await refusalOf(agree(id, steppedUp(person)))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await refusalOf(agree(id, second))).details.code).toBe("ERR_STEP_UP");
    expect((await refusalOf(agree(id, undefined, `sha256:${"0".repeat(64)}`))).details.code).toBe("ERR_REPAIR_DIGEST_MOVED");
    expect(await show(id)).toMatchObject({ status: "applied", rolled_back_by: person.id });
    expect(await agree(id)).toMatchObject({ status: "rolling_back" });
  });

  test("Center takes back by itself what it applied by itself", async () => {
    const id = await makeRepairRun({ tenantId, status: "applied", needsTwo: true });
    const actor = systemActor("heal", "operate");
    expect(await runCommand(rollBackRun, { input: { runId: id, reason }, actor, now: new Date() })).toMatchObject({
      status: "rolling_back",
    });
  });

  test("gives no rights back to somebody whose account was changed since", async () => {
    const id = randomUUID();
    const then = new Date(Date.now() - 60_000);
    const key = { id };
    const [had, has] = [
      { roles: ["operator"], tenants: ["*"] },
      { roles: [] as string[], tenants: [] as string[] },
    ];
    await superuser`insert into people (id, email, name, roles, tenants, is_disabled, sessions_valid_from, created_at, updated_at)
      values (${id}, ${`${id}@gone.test`}, 'Gone', '{}', '{}', true, ${then}, ${then}, ${then})`;
    const move = (since: Date) => asGateway((tx) => excessRights.move(tx, { table: "people", key, from: has, to: had, since }, new Date()));
    expect(await move(new Date(then.getTime() - 1))).toBe(false);
    expect(await move(then)).toBe(true);
    await superuser`delete from people where id = ${id}`;
  });
});
