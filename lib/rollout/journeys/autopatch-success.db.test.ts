import { beforeAll, expect, test } from "vitest";
import { scan } from "@/lib/incidents/jobs/scan";
import { systemClock } from "@/lib/platform/clock";
import { permit } from "@/lib/policy/permit/permit";
import { decide } from "@/lib/sira/decide";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import type { Records } from "@/test/loop/records";
import { stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
let shop: Shop;
let records: Records;

beforeAll(async () => {
  await setPolicy();
  shop = await makeShop({ pluginKey: "demo-pay" });
  const first = await shop.agent.beat();
  expect(first).toMatchObject({ next_heartbeat_in_s: 15, duplicate: false, commands: [] });
  await scan("scanner", systemClock);
  await runWorker();
  records = await shop.until("the incident is resolved", ({ incidents }) => incidents[0]?.status === "resolved");
});

test("autopatch path success", async () => {
  expect(shop.agent.version).toBe("1.2.3");
  expect(records.plugin).toMatchObject({ version: "1.2.3", lastGoodVersion: "1.2.3" });
  expect(records.incidents).toMatchObject([{ type: "webhook_fail_rate", severity: "medium", status: "resolved", resolvedBy: null }]);
  expect(records.attempts).toMatchObject([
    { status: "success", phase: "done", method: "update", fromVersion: "1.2.2", toVersion: "1.2.3", isAutomatic: true, needsPerson: false },
  ]);
  expect(records.feedback).toMatchObject([{ outcome: "fixed", attemptId: records.attempts[0]?.id }]);
});

test("the proposal and the permit can be replayed from what is stored", () => {
  const [stored, ...others] = records.decisions;
  expect(others).toEqual([]);
  if (!stored) throw new Error("no decision was stored");
  expect(stored).toMatchObject({
    source: "local",
    decision: { action: "patch", patch_version: "1.2.3" },
    permit: { kind: "auto", level: 2 },
  });
  expect(decide(stored.request, MODEL_V0)).toEqual(stored.decision);
  expect(permit(stored.permitInput)).toEqual(stored.permit);
});

test("the rehearsal in the real sandbox proved the undo before anything was sent", () => {
  const report = records.attempts[0]?.stagingReport as {
    passed: boolean;
    runner: string;
    undo_token_digest: string;
    steps: { ok: boolean }[];
  };
  expect(report).toMatchObject({ passed: true, undo_token_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  expect(["bwrap", "unshare"]).toContain(report.runner);
  expect(report.steps.map(({ ok }) => ok)).toEqual([true, true, true, true, true, true]);
});

test("one signed update and one signed commit travelled on beats, and the agent's own check took both", () => {
  expect(shop.agent.refused).toEqual([]);
  expect(shop.agent.obeyed.map(({ type }) => type)).toEqual(["update", "commit"]);
  const [update, commit] = records.commands;
  expect(update).toMatchObject({
    type: "update",
    status: "committed",
    payload: { plan_digest: records.attempts[0]?.planDigest, quorum: [] },
  });
  expect(commit).toMatchObject({ type: "commit", status: "committed", ref: update?.id, payload: { plan: null } });
  expect(records.commands).toHaveLength(2);
});

test("the attempt's transitions follow each other without a gap", () => {
  expect(records.events.map(({ toStatus, phase }) => `${phase}:${toStatus}`)).toEqual([
    "queued:pending",
    "staging:staging",
    "dispatch:applying",
    "probation:verifying",
    "committing:verifying",
    "done:success",
  ]);
  const from = records.events.map(({ fromStatus }) => fromStatus);
  expect(from).toEqual([null, ...records.events.slice(0, -1).map(({ toStatus }) => toStatus)]);
});

test("every step has exactly one audit entry, with a trace id", () => {
  const steps = records.audit.filter(({ command, outcome }) => command === "attempt.advance" && outcome === "done");
  const moves = steps.map(({ before, after }) => `${(before as { phase: string }).phase}>${(after as { phase: string }).phase}`);
  expect(moves).toEqual([
    "queued>staging",
    "staging>staging",
    "staging>dispatch",
    "dispatch>probation",
    "probation>committing",
    "committing>done",
  ]);
  const count = (command: string) => records.audit.filter((entry) => entry.command === command && entry.outcome === "done").length;
  expect(count("incident.decide")).toBe(1);
  expect(count("command.acknowledge")).toBe(2);
  expect(count("command.offer")).toBe(2);
  expect(records.audit.filter(({ outcome }) => outcome === "refused")).toEqual([]);
  for (const entry of records.audit) expect(entry.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  // One round of the worker is one trace: decision, rehearsal and dispatch tell one story.
  const [decided] = records.audit.filter(({ command }) => command === "incident.decide");
  expect(steps.slice(0, 3).map(({ traceId }) => traceId)).toEqual(Array(3).fill(decided?.traceId));
  for (const event of records.outbox) expect(records.audit.map(({ traceId }) => traceId)).toContain(event.traceId);
});

test("the timeline tells the whole story in order, and the outside is told", () => {
  expect(records.timeline.map(({ kind }) => kind)).toEqual([
    "opened",
    "decided",
    "staging",
    "staged",
    "dispatched",
    "healthy",
    "attempt_success",
  ]);
  const told = records.outbox.map(({ name }) => name).filter((name) => !/moved|clearing|registered/.test(name));
  expect(told).toEqual(["incident.opened", "incident.decided", "attempt.success", "incident.resolved"]);
});

test("a healed plugin is asked for beats every two minutes again", async () => {
  await shop.live(1);
  expect(await shop.agent.beat()).toMatchObject({ next_heartbeat_in_s: 120, commands: [] });
  expect((await shop.records()).incidents).toHaveLength(1);
});
