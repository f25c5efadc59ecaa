import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { draftPostmortem } from "@/lib/incidents/postmortems/commands/draft-postmortem";
import { publishPostmortem } from "@/lib/incidents/postmortems/commands/publish-postmortem";
import { reviewPostmortem } from "@/lib/incidents/postmortems/commands/review-postmortem";
import { listPostmortems, readPostmortem } from "@/lib/incidents/postmortems/queries-postmortems";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { RUNBOOKS, runbooksFor } from "@/lib/runbooks/catalogue";
import { checkStep } from "@/lib/runbooks/commands/check-step";
import { endRunbook } from "@/lib/runbooks/commands/end-runbook";
import { recordStep } from "@/lib/runbooks/commands/record-step";
import { startRunbook } from "@/lib/runbooks/commands/start-runbook";
import { listRuns } from "@/lib/runbooks/queries-runbooks";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeModuleIncident, makeModuleService } from "@/test/module-service";
import { acknowledgeModule } from "./commands/acknowledge-module";
import { starModuleEvent } from "./commands/star-module-event";
import { undoModule } from "./commands/undo-module";
import { listModuleIncidents, listTroubled, moduleIncidentsQuery, readModuleIncident } from "./queries-incidents";

const ada = personActor(["operator"], undefined, "ada@center.test");
const bob = personActor(["operator"], undefined, "bob@center.test");
const everywhere = scopeFor("operate");
const run = <Input>(command: Parameters<typeof runCommand>[0], input: Input, actor: Actor = ada, now = new Date()) =>
  // biome-ignore lint/suspicious/noExplicitAny: commands of any input; each parses its own.
  runCommand<any, any>(command, { input, actor, now });

const kindsOf = async (id: string) => (await readModuleIncident(everywhere, id))?.timeline.map(({ kind }) => kind);

fiveCases({
  command: undoModule,
  arrange: async () => {
    const { id } = await makeModuleIncident(PLATFORM_TENANT);
    await run(acknowledgeModule, { incidentId: id });
    return { input: { incidentId: id, deed: "acknowledge" }, actor: ada };
  },
  winners: 1,
  forbidden: personActor(["viewer"]),
});

test("taking an incident is undone by whoever did it, within a moment, to what was before", async () => {
  const { id } = await makeModuleIncident(PLATFORM_TENANT);
  const undo = (actor: Actor, now = new Date()) => run(undoModule, { incidentId: id, deed: "acknowledge" }, actor, now);
  await run(acknowledgeModule, { incidentId: id }, bob);
  await run(acknowledgeModule, { incidentId: id });
  expect((await refusalOf(undo(bob))).kind).toBe("conflict");
  expect(await undo(ada)).toMatchObject({ acknowledged_by: bob.id });
  expect((await refusalOf(undo(ada))).kind).toBe("conflict");
  await run(acknowledgeModule, { incidentId: id });
  const late = new Date(Date.now() + LIMITS.undoSeconds * 1_000 + 1_000);
  expect((await refusalOf(undo(ada, late))).kind).toBe("conflict");
  expect(await kindsOf(id)).toEqual(["acknowledged", "acknowledged", "undone", "acknowledged"]);
});

test("the list is narrowed by state, module, tenant and whose it is; what concerns all is told from what concerns one", async () => {
  const [tenant, moduleKey] = [await makeTenant("Atlas"), `filter-${randomUUID().slice(0, 8)}`];
  const own = await makeModuleIncident(tenant.id, { moduleKey });
  const ofAll = await makeModuleIncident(PLATFORM_TENANT, { moduleKey, cause: "data", type: "data_invalid" });
  const over = await makeModuleIncident(tenant.id, { moduleKey, status: "resolved", resolvedAt: new Date() });
  await run(acknowledgeModule, { incidentId: own.id });
  const ask = async (more: Record<string, string>, scope = everywhere) =>
    (await listModuleIncidents(scope, moduleIncidentsQuery.parse({ module_key: moduleKey, ...more }), ada)).items
      .map(({ id }) => id)
      .toSorted();
  expect(await ask({ status: "open" })).toEqual([own.id, ofAll.id].toSorted());
  expect(await ask({ mine: "true" })).toEqual([own.id]);
  expect(await ask({ of_all: "true" })).toEqual([ofAll.id]);
  expect(await ask({ tenant_id: tenant.id })).toEqual([own.id, over.id].toSorted());
  const merchant = { kind: "set", ids: [tenant.id] } as const;
  expect(await ask({}, merchant)).toEqual([own.id, over.id].toSorted());
  expect(await listTroubled(merchant)).toEqual({ modules: [moduleKey], tenants: [{ id: tenant.id, name: "Atlas" }] });
  expect(await readModuleIncident(everywhere, own.id)).toMatchObject({ tenant_name: "Atlas", acknowledged_by: ada.id });
});

test("each runbook is followed for a module's incident: its checks look at the module, progress and timeline keep it", async () => {
  const service = await makeModuleService([]);
  const { id } = await makeModuleIncident(PLATFORM_TENANT, { moduleKey: service.key, type: "timeouts" });
  expect(runbooksFor({ type: "timeouts", moduleKey: "ocr" }).map(({ slug }) => slug)).toEqual(["perf", "ocr"]);
  for (const { slug, steps } of RUNBOOKS) {
    const { id: runId } = await run(startRunbook, { slug, incidentId: id });
    for (const step of steps) {
      if (step.kind === "check") {
        const found = await run(checkStep, { runId, stepId: step.id });
        expect(Object.keys(found.facts), `${slug} ${step.id}`).not.toEqual([]);
      } else {
        const outcome = step.kind === "action" ? "done" : (step.branches[0]?.id ?? "");
        await run(recordStep, { runId, stepId: step.id, outcome });
      }
    }
    await run(endRunbook, { runId });
  }
  const { items } = await listRuns(everywhere, { incident_id: id });
  const recorded = items.map(({ slug, steps, ended_at }) => [slug, steps.length, ended_at !== null]);
  expect(recorded.toSorted()).toEqual(RUNBOOKS.map(({ slug, steps }) => [slug, steps.length, true]).toSorted());
  expect((await kindsOf(id))?.filter((kind) => kind === "runbook")).toHaveLength(
    items.reduce((sum, { steps }) => sum + steps.length + 2, 0),
  );
  const facts = items.flatMap(({ steps }) => steps.flatMap(({ evidence }) => (evidence ? [evidence] : [])));
  // Nothing was heard of it yet: unknown, and never good.
  expect(facts).toContainEqual({ why: "never_heard" });
});

test("its postmortem is drafted from its own starred lines, reviewed by somebody else and published; there is one", async () => {
  const tenant = await makeTenant("Zephyr");
  const openedAt = new Date(Date.now() - 600_000);
  const given = {
    moduleKey: "search",
    openedAt,
    detectedAt: new Date(openedAt.getTime() + 20_000),
    status: "resolved",
    resolvedAt: new Date(),
  } as const;
  const { id } = await makeModuleIncident(tenant.id, given);
  const other = await makeModuleIncident(PLATFORM_TENANT, { moduleKey: "search" });
  await run(acknowledgeModule, { incidentId: other.id });
  const line = (await readModuleIncident(everywhere, other.id))?.timeline[0]?.id;
  const star = (incidentId: string) => run(starModuleEvent, { incidentId, eventId: line, starred: true });
  expect((await refusalOf(star(id))).kind).toBe("not-found");
  await star(other.id);
  expect((await readModuleIncident(everywhere, other.id))?.timeline[0]?.is_starred).toBe(true);
  const own = await run(draftPostmortem, { incidentId: id });
  const ofAll = await run(draftPostmortem, { incidentId: other.id, language: "fr" });
  expect((await refusalOf(run(draftPostmortem, { incidentId: id }))).kind).toBe("conflict");
  expect(await readPostmortem(everywhere, own.id)).toMatchObject({
    ...{
      about: "module",
      incident_id: id,
      tenant_name: "Zephyr",
      incident_type: "error_spike",
      title: expect.stringContaining("search at Zephyr"),
    },
    facts: { figures: { detect_seconds: 20, webhooks_sent: null } },
  });
  expect(await readPostmortem(everywhere, ofAll.id)).toMatchObject({
    ...{ tenant_id: null, tenant_name: null, title: expect.stringContaining("search pour tous les clients") },
    facts: { timeline: [{ id: line, kind: "acknowledged" }] },
  });
  const { revision } = await run(reviewPostmortem, { postmortemId: own.id, revision: 1 }, bob);
  await run(publishPostmortem, { postmortemId: own.id, revision });
  const [listed] = (await listPostmortems(everywhere, { limit: 5, incident_id: id })).items;
  expect([listed?.status, await kindsOf(id)]).toEqual(["published", ["postmortem", "postmortem"]]);
  expect((await listPostmortems({ kind: "set", ids: [tenant.id] }, { limit: 50 })).items.map((one) => one.id)).toEqual([own.id]);
});
