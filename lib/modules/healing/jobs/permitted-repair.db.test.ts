import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { healActions, moduleDecisions } from "@/db/schema/modules/healing";
import { repairRuns } from "@/db/schema/modules/repairs";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { read } from "@/lib/platform/scope";
import { applyRun } from "@/lib/repair/commands/apply-run";
import { requestDryRun } from "@/lib/repair/commands/request-dry-run";
import type { RunStatus } from "@/lib/repair/types";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { makeModuleIncident, makeModuleService } from "@/test/module-service";
import { cancelAction } from "../commands/cancel-action";
import { replayDecision } from "../decide-heal";
import { round, Sick } from "./testing/sick-module";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

const now = new Date();
const digest = `sha256:${"0".repeat(64)}`;
let tenantId: string;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});

interface Given {
  readonly kind?: "auto" | "suggest";
  readonly rowsTotal?: number;
  readonly approvedBy?: string;
  /** The run's module, where it is another one than its action's. */
  readonly at?: string;
  readonly status?: RunStatus;
  readonly needsTwo?: boolean;
  /** The action's module, where it has to be a real one. */
  readonly key?: string;
}

/** An action that waits for its trial, and the run that has tried. */
async function tried({ kind = "auto", rowsTotal = 3, approvedBy, at, status = "ready", needsTwo = true, key }: Given = {}) {
  const [actionId, decisionId, runId] = [randomUUID(), randomUUID(), randomUUID()];
  const { id: incidentId } = await makeModuleIncident(PLATFORM_TENANT);
  const own = { tenantId: PLATFORM_TENANT, incidentId, moduleKey: key ?? `module-${runId.slice(0, 8)}` };
  const job = "repair_reconcile_invoices";
  const permit = { kind, level: 2 as const, requiredSignatures: 0, gates: [] };
  const waits = { state: "snapshotting" as const, proposedAt: now, stateSince: now, traceId: "0", explain: "skewed", permit, approvedBy };
  const action = { ...own, ...waits, id: actionId, moduleId: randomUUID(), action: job, level: 2, category: "DATA" as const };
  const run = { job, jobVersion: 1, level: 2 as const, site: "module" as const, needsTwo, digest, rowsTotal };
  const times = { createdAt: now, updatedAt: now, expiresAt: new Date(now.getTime() + 60_000) };
  const asked = { requestedBy: "system:heal", reason: "skewed", ref: actionId, traceId: "0", moduleKey: at ?? own.moduleKey };
  await asGateway(async (tx) => {
    await tx
      .insert(moduleDecisions)
      .values({ ...own, id: decisionId, inputs: {} as never, inputsDigest: "", decision: {} as never, policyVersion: 1, at: now });
    await tx.insert(healActions).values({ ...action, params: {}, decisionId, baseline: { failing: [], errorShare: null } });
    const where = { tenantId: PLATFORM_TENANT, id: runId, tenantIds: [tenantId] };
    await tx.insert(repairRuns).values({ ...run, ...asked, ...times, ...where, status, phase: status === "ready" ? "dry_run" : "apply" });
  });
  return { actionId, runId };
}

const apply = ({ runId }: { runId: string }) =>
  runCommand(applyRun, { input: { runId, digest, reason: "the totals are skewed" }, actor: systemActor("heal", "operate"), now });

test("a repair that two people would have to agree to is Center's only as the work of an action that policy permits", async () => {
  for (const given of [
    { kind: "suggest" as const },
    { rowsTotal: 501 },
    { approvedBy: "person:one@center.test" },
    { at: "module-other" },
  ]) {
    expect((await refusalOf(apply(await tried(given)))).details.code).toBe("ERR_SECOND_PERSON");
  }
  expect(await apply(await tried())).toMatchObject({ status: "applying" });
});

test("an action is given up with what it only tried, and not at all once rows are changed", async () => {
  const statusOf = async ({ runId }: { runId: string }) => {
    const [run] = await read(scopeFor("operate"), (tx) => tx.select().from(repairRuns).where(eq(repairRuns.id, runId)));
    return run?.status;
  };
  const cancel = ({ actionId }: { actionId: string }) =>
    runCommand(cancelAction, { input: { actionId, reason: "it is not needed" }, actor: personActor(), now });
  const ready = await tried();
  await cancel(ready);
  expect(await statusOf(ready)).toBe("cancelled");
  expect((await refusalOf(apply(ready))).kind).toBe("conflict");
  for (const status of ["applying", "applied"] as const) {
    const begun = await tried({ status, at: `module-${status}` });
    expect((await refusalOf(cancel(begun))).kind).toBe("conflict");
    expect(await statusOf(begun)).toBe(status);
  }
});

test("what a person agreed to is tried and applied under the module's SAFE_MODE, in that person's name; what nobody agreed to is held at once", async () => {
  const by = "person:one@center.test";
  const work = { dryRun: () => null, apply: () => null, rollback: () => null };
  const { manifest } = defineModule({
    ...{ key: "tiny", title: "tiny", version: "1.0.0", namespace: "tiny", criticality: "standard" },
    repairJobs: [{ key: "repair_reconcile_invoices", version: 1, level: 2, ...work }],
    snapshot: { take: () => null, restore: () => null },
  });
  const held = async (approvedBy?: string) => {
    const { id, key } = await makeModuleService([tenantId], { manifest: { ...manifest } });
    await superuser`insert into safety_switches (tenant_id, id, scope, target_id, name, is_on, reason, set_by, set_at)
      values (${PLATFORM_TENANT}, ${randomUUID()}, 'module', ${id}, 'safe_mode', true, 'test', 'test', now())`;
    const made = await tried({ key, needsTwo: false, ...(approvedBy ? { approvedBy } : {}) });
    const input = { job: "repair_reconcile_invoices", moduleKey: key, tenantIds: [tenantId], reason: "skewed", ref: made.actionId };
    return { ...made, dryRun: () => runCommand(requestDryRun, { input, actor: systemActor("heal", "operate"), now }) };
  };
  const alone = await held();
  expect((await refusalOf(alone.dryRun())).details.code).toBe("ERR_SAFE_MODE");
  expect((await refusalOf(apply(alone))).details.code).toBe("ERR_SAFE_MODE");
  const agreed = await held(by);
  const { id } = await agreed.dryRun();
  await apply(agreed);
  const rows =
    await superuser`select requested_by, applied_by, category from repair_runs where id in (${id}, ${agreed.runId}) order by status`;
  expect(rows).toEqual([
    { requested_by: "system:heal", applied_by: by, category: null },
    { requested_by: by, applied_by: null, category: null },
  ]);
});

test("the burn that an incident causes itself does not hold back its cure; that of before does; both are kept with the decision", async () => {
  await ensureCommandKey(now);
  await superuser`insert into heal_proofs (tenant_id, id, outcome, began_at, ended_at) values (${PLATFORM_TENANT}, ${randomUUID()}, 'proven', now(), now())`;
  const work = { dryRun: () => null, apply: () => null, rollback: () => null };
  const declared = defineModule({
    ...{ key: "tiny", title: "tiny", version: "1.0.0", namespace: "tiny", criticality: "standard" },
    repairJobs: [{ key: "repair_reconcile_invoices", version: 1, level: 2, ...work }],
    snapshot: { take: () => null, restore: () => null },
  });
  const minute = (ago: number) => new Date(Math.floor(now.getTime() / 60_000) * 60_000 - ago * 60_000);
  /** A module whose every request fails since some minutes, and whose incident began with them, or only long after, or came back then. */
  const decided = async (incidentBeganAgo: number, cameBackAgo?: number) => {
    const { id, key, ...rest } = await makeModuleService([tenantId], {
      manifest: { ...declared.manifest },
      manifestDigest: declared.digest,
    });
    const incident = await makeModuleIncident(tenantId, { moduleKey: key, type: "data_invalid", explain: "ERR_INVOICE_SKEWED" });
    await superuser`update module_incidents set opened_at = ${minute(incidentBeganAgo)} where id = ${incident.id}`;
    if (cameBackAgo !== undefined) {
      await superuser`update module_incidents set reopened_count = 1 where id = ${incident.id}`;
      await superuser`insert into module_incident_events (tenant_id, incident_id, id, at, kind, actor, summary, data) values (${tenantId},
        ${incident.id}, ${randomUUID()}, now(), 'reopened', 'test', 'It came back', ${superuser.json({ since: minute(cameBackAgo).toISOString() })})`;
    }
    const rows = Array.from({ length: 90 }, (_none, n) => ({
      ...{ tenant_id: tenantId, module_id: id, minute_at: minute(n), surface: "tenant", requests: 10, errors: n < 8 ? 5 : 0, latency: {} },
      ...{ timeouts: 0, retries: 0, db_errors: 0, dead_letters: 0, metered_units: 0, billed_units: 0, latency_ms_sum: 0 },
    }));
    await superuser`insert into module_minutes ${superuser(rows)}`;
    await new Sick(superuser, { id, key, ...rest }, declared, incident.id, tenantId).beat(false);
    await round();
    const [row] = await superuser`select a.state, d.inputs, d.inputs_digest as "inputsDigest", d.decision from heal_actions a
      join module_decisions d on d.id = a.decision_id where a.incident_id = ${incident.id} order by d.at limit 1`;
    expect(replayDecision(row as never)).toBe(true);
    const gate = row?.decision.permit.gates.find((one: { gate: string }) => one.gate === "error_budget");
    return { kind: row?.decision.permit.kind, at: row?.inputs.budgetBefore.at, burn: row?.inputs.budgetBefore.burn, ...gate };
  };
  const own = await decided(6);
  expect(own).toMatchObject({ kind: "auto", passed: true, burn: 0, at: new Date(minute(8).getTime() + 59_999).toISOString() });
  expect(own.why).toContain("the error budget burned 0.0 times");
  const older = await decided(1);
  expect(older).toMatchObject({ kind: "suggest", passed: false });
  expect(older.burn).toBeGreaterThan(6);
  const back = await decided(70, 1);
  expect(back).toMatchObject({ kind: "suggest", passed: false, at: new Date(minute(3).getTime() + 59_999).toISOString() });
});
