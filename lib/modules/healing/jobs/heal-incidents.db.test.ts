import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFindingType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { approveAction } from "../commands/approve-action";
import { cancelAction } from "../commands/cancel-action";
import { replayDecision } from "../decide-heal";
import { readHealable } from "../queries-facts";
import { sickModule as makeSick, round, Sick } from "./testing/sick-module";

const superuser = openAs("superuser");
const person = personActor();
let tenantId: string;
beforeAll(async () => {
  await ensureCommandKey(new Date());
  await superuser`insert into heal_proofs (tenant_id, id, outcome, began_at, ended_at) values (${PLATFORM_TENANT}, ${randomUUID()}, 'proven', now(), now())`;
  tenantId = (await makeTenant()).id;
});
afterEach(async () => {
  await superuser`delete from safety_switches`;
  await superuser`update module_incidents set status = 'closed'`;
  await superuser`update heal_actions set state = 'cancelled', ended_at = now() where ended_at is null`;
});
afterAll(() => superuser.end());

const sickModule = (type: ModuleFindingType, of?: string) => makeSick({ superuser, tenantId }, type, of);

test("an incident is healed without anybody: ordered once however many workers look, proven by fresh beats, and told step by step", async () => {
  const sick = await sickModule("silence");
  await sick.beat(false);
  await Promise.all([round(), round(), round()]);
  await round();
  expect([await sick.briefs(), await sick.orders(), await sick.incident()]).toEqual([
    ["restart ordered"],
    ["restart queued"],
    "healing acting",
  ]);
  await sick.obey("restart");
  await round();
  expect(await sick.briefs()).toEqual(["restart verifying"]);
  await round(60);
  expect(await sick.briefs()).toEqual(["restart verifying"]);
  await sick.recover(61);
  expect([await sick.briefs(), await sick.orders(), await sick.incident()]).toEqual([["restart done"], ["restart done"], "open helped"]);
  const told =
    await superuser`select kind, data->>'action' as action from module_incident_events where incident_id = ${sick.incidentId} order by id`;
  expect(told.map(({ kind }) => kind)).toEqual(["action.proposed", "action.ordered", "action.verifying", "action.done"]);
  const [kept] =
    await superuser`select inputs, inputs_digest as "inputsDigest", decision from module_decisions where incident_id = ${sick.incidentId}`;
  expect(replayDecision(kept as never)).toBe(true);
});

test("what a rule of counts found is not proven gone by good beats alone", async () => {
  const sick = await sickModule("silence");
  await superuser`update module_incidents set rules = ${["rules/error_share"]} where id = ${sick.incidentId}`;
  await sick.beat(false);
  await round();
  await sick.obey("restart");
  await round();
  await sick.recover(61);
  expect(await sick.briefs()).toEqual(["restart verifying"]);
});

test("a containment holds until the incident is over and the fault is gone, and a degraded mode is never left behind", async () => {
  const sick = await sickModule("integration_down", tenantId);
  await superuser`update module_incidents set type = 'database_errors' where id = ${sick.incidentId}`;
  await sick.beat(false);
  await round();
  await sick.obey("degrade");
  const modeOf = async () =>
    (await superuser`select mode from modules where module_key = ${sick.service.key} and tenant_id = ${tenantId}`)[0]?.mode;
  expect(await modeOf()).toBe("degraded");
  await round();
  for (let n = 0; n < 3; n += 1) await sick.beat(false).then(() => round(n * 5));
  expect([await sick.briefs(), await sick.incident()]).toEqual([["degrade holding"], "open contained"]);
  await sick.resolve();
  await round(30);
  expect(await sick.briefs()).toEqual(["degrade holding"]); // what failed still fails
  await sick.beat(true);
  await round(5);
  await sick.obey("undegrade");
  await round();
  expect([await sick.briefs(), await modeOf()]).toEqual([["degrade done"], "normal"]);
});

test("what a switch holds is only suggested; a person agrees, and it is done under SAFE_MODE; what nobody fetched is withdrawn", async () => {
  const sick = await sickModule("silence");
  await sick.beat(false);
  await superuser`insert into safety_switches (tenant_id, id, scope, name, is_on, reason, set_by, set_at) values (${PLATFORM_TENANT}, ${randomUUID()}, 'global', 'safe_mode', true, 'test', 'test', now())`;
  await round();
  await round();
  expect([await sick.briefs(), await sick.incident()]).toEqual([["restart refused"], "open suggested"]);
  const [action] = await sick.actions();
  const input = { actionId: action?.id, reason: "the scheduler hangs" };
  expect((await refusalOf(runCommand(approveAction, { input, actor: personActor(["viewer"]), now: new Date() }))).kind).toBe("forbidden");
  await runCommand(approveAction, { input, actor: person, now: new Date() });
  await round();
  expect([await sick.briefs(), await sick.orders()]).toEqual([["restart ordered"], ["restart queued"]]);
  await superuser`insert into safety_switches (tenant_id, id, scope, name, is_on, reason, set_by, set_at) values (${PLATFORM_TENANT}, ${randomUUID()}, 'global', 'kill_switch', true, 'test', 'test', now())`;
  await round();
  expect([await sick.briefs(), await sick.orders()]).toEqual([["restart cancelled", "restart refused"], ["restart cancelled"]]);
  const second = (await sick.actions())[1];
  expect(
    (await refusalOf(runCommand(approveAction, { input: { ...input, actionId: second?.id }, actor: person, now: new Date() }))).kind,
  ).toBe("conflict");
  await runCommand(cancelAction, { input: { ...input, actionId: second?.id }, actor: person, now: new Date() });
  expect((await sick.briefs())[1]).toBe("restart cancelled");
});

test("nothing heard after an action is no health: the next rung, and after two that did not help people decide", async () => {
  const sick = await sickModule("error_spike");
  await sick.beat(false);
  await round();
  await sick.obey("restart");
  await round();
  await round(125);
  expect(await sick.actions()).toMatchObject([{ brief: "restart failed", why: expect.stringContaining("nothing was heard") }]);
  await superuser`update module_service_state set last_seen = now() + interval '3 minutes' where module_id = ${sick.service.id}`;
  await round(170);
  expect(await sick.briefs()).toEqual(["restart failed"]); // left time to recover
  await round(190);
  await sick.obey("degrade", "refused");
  await round(191);
  expect(await sick.briefs()).toEqual(["restart failed", "degrade failed"]);
  await superuser`update module_service_state set last_seen = now() + interval '6 minutes' where module_id = ${sick.service.id}`;
  await round(320);
  expect(await sick.incident()).toBe("escalated called");
  const switches = await superuser`select name, target_id from safety_switches where scope = 'module' and is_on`;
  expect(switches).toMatchObject([{ name: "safe_mode", target_id: sick.service.id }]);
});

test("level 1 goes on while healing is not proven lately: it is the cure", async () => {
  await superuser`update heal_proofs set ended_at = now() - interval '3 hours'`;
  const sick = await sickModule("silence");
  await sick.beat(false);
  await round();
  expect([await sick.briefs(), await sick.orders()]).toEqual([["restart ordered"], ["restart queued"]]);
  await superuser`update heal_proofs set ended_at = now()`;
});

test("what cannot be taken back at once calls a person, and is tried on", async () => {
  const sick = await sickModule("database_errors", tenantId);
  await sick.beat(false);
  await round();
  await sick.obey("degrade", "failed");
  await round();
  expect([await sick.briefs(), await sick.incident()]).toEqual([["degrade reverting"], "healing acting"]);
  await sick.obey("undegrade", "failed");
  await round(31);
  expect([await sick.briefs(), await sick.incident()]).toEqual([["degrade reverting"], "escalated undo_failed"]);
  await sick.obey("undegrade");
  await round(32);
  expect([await sick.briefs(), await sick.incident()]).toEqual([["degrade rolled_back"], "escalated failed"]);
});

test("however many incidents wait for people, what can be done something about is looked at, and what is under way always", async () => {
  const many = (status: string, healState: string | null, severity = "critical", suppressedBy: string | null = null) =>
    superuser`insert into module_incidents (tenant_id, id, module_key, cause, type, rule_id, severity, status, explain, statistic, value, evidence, rules, opened_at, detected_at, last_seen_at, updated_at, heal_state, suppressed_by)
      select ${tenantId}, gen_random_uuid(), 'old-' || gen_random_uuid(), 'service', 'silence', 'silence', ${severity}, ${status}, 'old', 'old', 1, '[]', '{}', now() - interval '1 day', now(), now(), now(), ${healState}, ${suppressedBy}
      from generate_series(1, ${LIMITS.healRows})`;
  await many("escalated", null);
  await many("open", "called");
  await many("open", null, "critical", randomUUID());
  const busy = await sickModule("silence");
  await busy.beat(false);
  await round();
  await busy.resolve();
  const fresh = await sickModule("error_spike", tenantId);
  const seen = async (tick: string) =>
    (await read(scopeFor("operate"), (tx) => readHealable(tx, tick))).map(({ incidentId }) => incidentId);
  const [one, other] = [await seen("1"), await seen("2")];
  for (const ids of [one, other]) expect(ids.slice(0, 2)).toEqual([busy.incidentId, fresh.incidentId]);
  expect([one.length, new Set(one).size]).toEqual([LIMITS.healRows + 1, LIMITS.healRows + 1]);
  expect(other).not.toEqual(one);
  await many("open", null, "low");
  expect(await seen("3")).toContain(fresh.incidentId);
});

test("level 3 is written down and left to people", async () => {
  const sick = await sickModule("cross_tenant");
  await asGateway((tx) =>
    tx
      .update(moduleIncidents)
      .set({ cause: "isolation" })
      .where(and(eq(moduleIncidents.id, sick.incidentId), eq(moduleIncidents.tenantId, sick.of))),
  );
  await sick.beat(false);
  await round();
  await round();
  expect([await sick.briefs(), await sick.orders()]).toEqual([["plan_tenant_contract planned"], []]);
  const [plan] = await superuser`select diff, tests, risk, undo from patch_plans where incident_id = ${sick.incidentId}`;
  expect(plan).toMatchObject({ diff: [{ check: "whole" }], tests: expect.arrayContaining(["The check whole holds"]) });
});

test("what fails at one tenant is held for that one alone, and its rests are those of the service that all share", async () => {
  const sick = await sickModule("error_spike", tenantId);
  await sick.beat(false);
  await round();
  await sick.obey("degrade", "refused");
  await round(1);
  expect(await sick.briefs()).toEqual(["degrade failed"]);
  const other = new Sick(superuser, sick.service, sick.declared, randomUUID(), PLATFORM_TENANT);
  const own = { id: other.incidentId, tenant_id: PLATFORM_TENANT, type: "database_errors", status: "open", heal_state: null };
  const json = JSON.stringify({ ...own, opened_at: new Date(Date.now() + 1_000) });
  await superuser`insert into module_incidents select (jsonb_populate_record(i, ${json}::text::jsonb)).* from module_incidents i where id = ${sick.incidentId}`;
  await superuser`update module_service_state set last_seen = now() + interval '1 minute' where module_id = ${sick.service.id}`;
  await round(60);
  expect(await other.briefs()).toEqual([]);
  // It left the module: there is no switch of its own that could be thrown.
  await superuser`delete from modules where module_key = ${sick.service.key} and tenant_id = ${tenantId}`;
  await superuser`insert into heal_actions select (jsonb_populate_record(a, jsonb_build_object('id', ${randomUUID()}::text))).* from heal_actions a where incident_id = ${sick.incidentId}`;
  await superuser`update module_service_state set last_seen = now() + interval '3 minutes' where module_id = ${sick.service.id}`;
  // The graver one is looked at first.
  await superuser`update module_incidents set severity = 'critical' where id = ${sick.incidentId}`;
  await round(185);
  expect([await sick.incident(), await other.briefs()]).toEqual(["escalated called", ["degrade ordered"]]);
  expect(await superuser`select name, target_id from safety_switches where is_on`).toEqual([]);
});
