import { readdirSync } from "node:fs";
import path from "node:path";
import { and, asc, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { POST as heartbeat } from "@/app/api/plugins/heartbeat/route";
import { incidentEvents } from "@/db/schema/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { definedCommands } from "@/lib/gateway/define-command";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { beatBody, requestOf, signed } from "@/test/database/signed-beat";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { RUNBOOK_ACTIONS } from "./actions";
import { RUNBOOKS } from "./catalogue";
import { checkStep } from "./commands/check-step";
import { endRunbook } from "./commands/end-runbook";
import { recordStep } from "./commands/record-step";
import { startRunbook } from "./commands/start-runbook";
import { listRuns, readRun } from "./queries-runbooks";

const operator = personActor(["operator"]);
const now = () => new Date();

async function incident() {
  const plugin = await makePlugin((await makeTenant()).id);
  return { plugin, incident: await makeIncident(plugin) };
}
async function begun(slug = "bad-patch", actor = operator) {
  const made = await incident();
  const run = await runCommand(startRunbook, { input: { slug, incidentId: made.incident.id }, actor, now: now() });
  return { ...made, runId: run.id };
}

fiveCases({
  command: startRunbook,
  arrange: async () => ({ input: { slug: "perf", incidentId: (await incident()).incident.id }, actor: operator }),
  winners: 2,
  works: (result) => expect(result.joined).toBe(false),
});
fiveCases({
  command: checkStep,
  arrange: async () => ({ input: { runId: (await begun()).runId, stepId: "changes" }, actor: operator }),
  winners: 2,
  works: (result) => expect(result.outcome).toBe("good"),
});
fiveCases({
  command: recordStep,
  arrange: async () => ({ input: { runId: (await begun()).runId, stepId: "whose", outcome: "here", note: "one shop" }, actor: operator }),
  winners: 2,
});
fiveCases({
  command: endRunbook,
  arrange: async () => ({ input: { runId: (await begun()).runId }, actor: operator }),
  winners: 1,
  works: (result) => expect(result.left_at).toBe("take"),
});

describe("following one", () => {
  test("two people share the progress; who did what when is kept, and told on the timeline", async () => {
    const { incident: about, runId } = await begun();
    const second = personActor(["operator"], undefined, "second@center.test");
    const joined = await runCommand(startRunbook, { input: { slug: "bad-patch", incidentId: about.id }, actor: second, now: now() });
    expect(joined).toMatchObject({ id: runId, joined: true });
    await runCommand(recordStep, { input: { runId, stepId: "take", outcome: "done" }, actor: second, now: now() });
    await runCommand(recordStep, { input: { runId, stepId: "whose", outcome: "everywhere" }, actor: operator, now: now() });
    const [run] = (await listRuns(scopeFor("operate"), { incident_id: about.id })).items;
    expect(run).toMatchObject({
      current: "recall",
      steps: [
        { step_id: "take", outcome: "done", actor: "person:second@center.test" },
        { step_id: "whose", outcome: "everywhere", actor: "person:ops@center.test" },
      ],
    });
    const where = and(eq(incidentEvents.incidentId, about.id), eq(incidentEvents.kind, "runbook"));
    const lines = await read(scopeFor("operate"), (tx) => tx.select().from(incidentEvents).where(where).orderBy(asc(incidentEvents.id)));
    expect(lines.map(({ summary }) => summary)).toEqual([
      "Runbook begun: A plugin’s patch has gone bad",
      "Take the incident: done",
      "Is it the version?: Bad wherever it runs",
    ]);
  });

  test.each([
    ["a check by somebody's word", { stepId: "now", outcome: "good" }],
    ["a branch that is none", { stepId: "whose", outcome: "maybe" }],
    ["an action that ends otherwise", { stepId: "take", outcome: "good" }],
    ["a step that is none", { stepId: "constructor", outcome: "done" }],
  ])("nobody records %s", async (_what, given) => {
    const { runId } = await begun();
    const outcome = runCommand(recordStep, { input: { runId, ...given }, actor: operator, now: now() });
    expect((await refusalOf(outcome)).kind).toBe("invalid");
  });

  test("another tenant's progress is nobody's business, and what is of Center as a whole needs all tenants", async () => {
    const { runId, plugin } = await begun();
    const stranger = personActor(["operator"], [(await makeTenant()).id]);
    const record = { input: { runId, stepId: "take", outcome: "done" }, actor: stranger, now: now() };
    expect((await refusalOf(runCommand(recordStep, record))).kind).toBe("not-found");
    const own = personActor(["operator"], [plugin.tenantId]);
    const alone = runCommand(startRunbook, { input: { slug: "kill-switch" }, actor: own, now: now() });
    expect((await refusalOf(alone)).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  });
});

describe("checks", () => {
  let runs: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    const made = await incident();
    const beat = signed(made.plugin, beatBody(made.plugin, { telemetry: { webhook_fail_rate: 0.6, latency_p95_ms: 120 } }));
    expect((await heartbeat(requestOf(beat))).status).toBe(200);
    const start = async (slug: string) => {
      const input = { slug, incidentId: made.incident.id };
      return [slug, (await runCommand(startRunbook, { input, actor: operator, now: now() })).id] as const;
    };
    const started: (readonly [string, string])[] = [];
    for (const { slug } of RUNBOOKS) started.push(await start(slug));
    runs = Object.fromEntries(started);
  });
  const checks = RUNBOOKS.flatMap(({ slug, steps }) =>
    steps.flatMap((step) => (step.kind === "check" ? [[slug, step.id, step.check] as const] : [])),
  );

  test.each(checks)("%s %s (%s) finds something, and keeps it as evidence", async (slug, stepId) => {
    const runId = runs[slug] ?? "";
    const found = await runCommand(checkStep, { input: { runId, stepId }, actor: operator, now: now() });
    expect(["good", "bad", "unknown"]).toContain(found.outcome);
    expect(Object.keys(found.facts)).not.toEqual([]);
    expect((await readRun(scopeFor("operate"), runId))?.steps.at(-1)).toMatchObject({ step_id: stepId, evidence: found.facts });
  });

  test.each([
    ["bad-patch", "now", "bad"],
    ["no-beats", "last", "good"],
    ["cross-tenant-risk", "guards", "good"],
    ["kill-switch", "before", "good"],
    ["ocr", "signals", "unknown"],
  ])("%s %s is %s after a beat that tells of failing webhooks", async (slug, stepId, outcome) => {
    const found = await runCommand(checkStep, { input: { runId: runs[slug], stepId }, actor: operator, now: now() });
    expect(found, JSON.stringify(found)).toMatchObject({ outcome });
  });
});

test("every action leads to a command that Center has", async () => {
  for (const file of readdirSync("lib", { recursive: true }) as string[]) {
    if (/\/commands\/.*\.ts$/.test(file) && !file.includes(".test.")) await import(path.resolve("lib", file));
  }
  const names = new Set(definedCommands().map(({ name }) => name));
  for (const { command } of Object.values(RUNBOOK_ACTIONS)) if (command !== null) expect(names).toContain(command);
});
