import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { healActions, moduleDecisions } from "@/db/schema/modules/healing";
import { repairRuns } from "@/db/schema/modules/repairs";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { read } from "@/lib/platform/scope";
import { applyRun } from "@/lib/repair/commands/apply-run";
import type { RunStatus } from "@/lib/repair/types";
import { personActor } from "@/test/actors";
import { asGateway, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { makeModuleIncident } from "@/test/module-service";
import { cancelAction } from "../commands/cancel-action";

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
}

/** An action that waits for its trial, and the run that has tried. */
async function tried({ kind = "auto", rowsTotal = 3, approvedBy, at, status = "ready" }: Given = {}) {
  const [actionId, decisionId, runId] = [randomUUID(), randomUUID(), randomUUID()];
  const { id: incidentId } = await makeModuleIncident(PLATFORM_TENANT);
  const own = { tenantId: PLATFORM_TENANT, incidentId, moduleKey: `module-${runId.slice(0, 8)}` };
  const job = "repair_reconcile_invoices";
  const permit = { kind, level: 2 as const, requiredSignatures: 0, gates: [] };
  const waits = { state: "snapshotting" as const, proposedAt: now, stateSince: now, traceId: "0", explain: "skewed", permit, approvedBy };
  const action = { ...own, ...waits, id: actionId, moduleId: randomUUID(), action: job, level: 2, category: "DATA" as const };
  const run = { job, jobVersion: 1, level: 2 as const, site: "module" as const, needsTwo: true, digest, rowsTotal };
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
