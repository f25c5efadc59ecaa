import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { newId } from "@/lib/platform/random";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { makeModuleService } from "@/test/module-service";
import { requestDryRun } from "../commands/request-dry-run";
import { advanceRepairs } from "./advance-repairs";

const superuser = openAs("superuser");
beforeAll(() => ensureCommandKey(new Date()));
afterAll(() => superuser.end());
const round = () => advanceRepairs("worker:test", { now: () => new Date() });

test("an order that a switch holds is written down once, and given when it is let go", async () => {
  const tenant = await makeTenant();
  const job = { dryRun: () => null, apply: () => null, rollback: () => null };
  const key = `module-${randomUUID().slice(0, 8)}`;
  const { manifest, digest } = defineModule({
    ...{ key, title: key, version: "1.0.0", namespace: "tiny", criticality: "standard" },
    repairJobs: [{ key: "repair_rebuild_index", version: 1, level: 1, ...job }],
  });
  await makeModuleService([tenant.id], { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
  const input = { job: "repair_rebuild_index", moduleKey: key, tenantIds: [tenant.id], reason: "the index lost rows" };
  const { id } = await runCommand(requestDryRun, { input, actor: personActor(), now: new Date() });
  await round();
  await superuser`insert into safety_switches (tenant_id, id, scope, name, is_on, reason, set_by, set_at)
    values ('00000000-0000-0000-0000-000000000000', ${newId()}, 'global', 'kill_switch', true, 'test', 'test', now())`;
  const letGo = () => superuser`update work_leases set lease_until = now() - interval '1 second' where subject_id = ${id}`;
  for (let turn = 0; turn < 4; turn += 1) {
    await letGo();
    await round();
    const [lease] = await superuser`select fence from work_leases where subject_id = ${id} and owner = ''`;
    expect(lease).toBeDefined();
  }
  expect(await superuser`select 1 from repair_run_events where run_id = ${id} and kind = 'dry_run.held'`).toHaveLength(1);
  const refused = await superuser`select reason from audit_entries where command = 'module.order' and outcome = 'refused'
    and trace_id = (select trace_id from repair_runs where id = ${id})`;
  expect(refused.map((entry) => String(entry.reason).split(":")[0])).toEqual(["ERR_KILL_SWITCH"]);
  await superuser`delete from safety_switches`;
  await letGo();
  await round();
  expect(await superuser`select type from module_commands where tenant_id = ${tenant.id}`).toHaveLength(1);
  expect(await superuser`select held_by from repair_run_progress where run_id = ${id}`).toEqual([{ held_by: null }]);
});
