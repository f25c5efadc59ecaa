import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { healActions, moduleDecisions } from "@/db/schema/modules/healing";
import { repairRuns } from "@/db/schema/modules/repairs";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { applyRun } from "@/lib/repair/commands/apply-run";
import { asGateway, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";

test("a repair that two people would have to agree to is Center's only as the work of an action that policy permits", async () => {
  const tenantId = (await makeTenant()).id;
  const now = new Date();
  const digest = `sha256:${"0".repeat(64)}`;
  const ready = async (kind: "auto" | "suggest", rowsTotal: number, approvedBy: string | null = null, at?: string) => {
    const [actionId, decisionId, runId] = [randomUUID(), randomUUID(), randomUUID()];
    const own = { tenantId: PLATFORM_TENANT, incidentId: randomUUID(), moduleKey: `module-${runId.slice(0, 8)}` };
    const permit = { kind, level: 2 as const, requiredSignatures: 0, gates: [] };
    const waits = { state: "snapshotting" as const, proposedAt: now, stateSince: now, traceId: "0", explain: "skewed", permit };
    const run = {
      job: "repair_reconcile_invoices",
      jobVersion: 1,
      level: 2 as const,
      site: "module" as const,
      needsTwo: true,
      digest,
      rowsTotal,
    };
    await asGateway(async (tx) => {
      await tx
        .insert(moduleDecisions)
        .values({ ...own, id: decisionId, inputs: {} as never, inputsDigest: "", decision: {} as never, policyVersion: 1, at: now });
      const action = {
        ...own,
        ...waits,
        id: actionId,
        moduleId: randomUUID(),
        action: "repair_reconcile_invoices",
        level: 2,
        category: "DATA" as const,
        approvedBy,
      };
      await tx.insert(healActions).values({ ...action, params: {}, decisionId, baseline: { failing: [], errorShare: null } });
      const times = { createdAt: now, updatedAt: now, expiresAt: new Date(now.getTime() + 60_000) };
      const asked = {
        requestedBy: "system:heal",
        reason: "skewed",
        ref: actionId,
        traceId: "0",
        moduleKey: at ?? own.moduleKey,
        tenantIds: [tenantId],
      };
      await tx
        .insert(repairRuns)
        .values({ ...run, ...asked, ...times, tenantId: PLATFORM_TENANT, id: runId, status: "ready", phase: "dry_run" });
    });
    return runId;
  };
  const apply = (runId: string) =>
    runCommand(applyRun, { input: { runId, digest, reason: "the totals are skewed" }, actor: systemActor("heal", "operate"), now });
  expect((await refusalOf(apply(await ready("suggest", 3)))).details.code).toBe("ERR_SECOND_PERSON");
  expect((await refusalOf(apply(await ready("auto", 501)))).details.code).toBe("ERR_SECOND_PERSON");
  const byOne = await ready("auto", 3, "person:one@center.test");
  expect((await refusalOf(apply(byOne))).details.code).toBe("ERR_SECOND_PERSON");
  expect((await refusalOf(apply(await ready("auto", 3, null, "module-other")))).details.code).toBe("ERR_SECOND_PERSON");
  expect(await apply(await ready("auto", 3))).toMatchObject({ status: "applying" });
});
