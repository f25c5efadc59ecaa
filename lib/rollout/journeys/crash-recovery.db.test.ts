import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type * as gateway from "@/lib/gateway/run-command";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { orderAction } from "@/lib/rollout/commands/order-action";
import { sweep, work } from "@/lib/rollout/jobs/sweep";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, endLeases } from "@/test/loop/worker";

/** A worker's life ends at the next storing of one step, before it or after it; or somebody else acts in that very moment. */
interface Fate {
  step: string | null;
  when: "before" | "after";
  meanwhile: (() => Promise<void>) | null;
  hits: number;
}
const fate = vi.hoisted((): Fate => ({ step: null, when: "before", meanwhile: null, hits: 0 }));

vi.mock("@/lib/gateway/run-command", async (importOriginal) => {
  const real = await importOriginal<typeof gateway>();
  const runCommand: typeof gateway.runCommand = async (command, call) => {
    const { step, stagingReport } = call.input as { step?: { do: string }; stagingReport?: unknown };
    const name = step?.do === "stage" && stagingReport ? "staged" : step?.do;
    if (command.name !== "attempt.advance" || name !== fate.step) return real.runCommand(command, call);
    fate.step = null;
    fate.hits += 1;
    await fate.meanwhile?.();
    if (fate.meanwhile) return real.runCommand(command, call);
    if (fate.when === "after") await real.runCommand(command, call);
    throw new Error("the worker died");
  };
  return { ...real, runCommand };
});

stopTime();
beforeAll(() => setPolicy());
beforeEach(() => {
  Object.assign(fate, { step: null, when: "before", meanwhile: null, hits: 0 });
  // The dying worker says so; that is what this file is about.
  vi.spyOn(log, "error").mockImplementation(() => undefined);
});

/** Everything due is worked on by one worker that was not woken: what a crash left behind has to be found. */
async function round(owner: string): Promise<void> {
  await asOwner()`update work_leases set lease_until = 'epoch' where owner = ''`;
  while ((await sweep(owner, systemClock)) > 0 && fate.hits === 0) {
    const rows = await asOwner()`select 1 from plugin_incidents where decide_at <= ${new Date().toISOString()}::timestamptz`;
    if (rows.length === 0) break;
    await asOwner()`update work_leases set lease_until = 'epoch' where owner = ''`;
  }
  await asOwner()`update work_leases set lease_until = 'epoch' where owner = ''`;
  await sweep(owner, systemClock);
}

async function live(shop: Shop, owner: string): Promise<void> {
  passSeconds(15);
  await shop.agent.beat();
  await round(owner);
}

/** The dead worker's lease as `kill -9` leaves it: held, and not renewed. */
async function leaveLease(shop: Shop, owner: string): Promise<void> {
  const { id } = await shop.attempt();
  await asOwner()`update work_leases set owner = ${owner}, lease_until = now() + interval '60 seconds' where subject_id = ${id}`;
}

const isOver = async (shop: Shop) => (await shop.records()).attempts.at(-1)?.phase === "done";

const ROWS = (["before", "after"] as const).flatMap((when) => [
  ...["stage", "staged", "dispatch", "wait", "commit", "finish"].map((step) => ({ when, step, status: "success", failShare: 0 })),
  { when, step: "revert", status: "rolled_back", failShare: 1 },
]);

describe("a worker that dies", () => {
  test.each(ROWS)(
    "$when it stored $step: another one takes over, and everything happens once",
    async ({ when, step, status, failShare }) => {
      await setPolicy({ staging_required: step.startsWith("stage") });
      const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { failShare } } });
      Object.assign(fate, { step, when });
      for (let beats = 0; fate.hits === 0 && beats < 15; beats += 1) await live(shop, "worker:one");
      expect(fate.hits).toBe(1);

      await leaveLease(shop, "worker:one");
      const left = await shop.records();
      const [attempt] = left.attempts;
      await work({ kind: "attempt", tenant_id: shop.tenantId, id: attempt?.id ?? "" }, "worker:two", systemClock, true);
      expect((await shop.records()).events).toEqual(left.events);

      await endLeases();
      await round("worker:two");
      for (let beats = 0; !(await isOver(shop)) && beats < 15; beats += 1) await live(shop, "worker:two");
      const { attempts, commands, events, feedback } = await shop.records();
      expect(attempts).toMatchObject([{ status, phase: "done" }]);
      expect(commands.map(({ type }) => type)).toEqual(["update", status === "success" ? "commit" : "rollback"]);
      expect(shop.agent.obeyed.map(({ type }) => type)).toEqual(commands.map(({ type }) => type));
      expect(events.filter(({ phase }) => phase === "dispatch")).toHaveLength(1);
      expect(events.filter(({ phase }) => phase === "done")).toHaveLength(1);
      expect(feedback).toHaveLength(1);
      expect(shop.agent.version).toBe(status === "success" ? "1.2.3" : "1.2.2");
    },
  );
});

describe("a worker whose step was decided a moment too early", () => {
  const callBack = async (shop: Shop) => {
    const { id } = await shop.incident();
    const input = { incidentId: id, action: "rollback", reason: "it must not stay" };
    await runCommand(orderAction, { input, actor: OPS, now: new Date() });
  };

  test.each(["commit", "finish"])("does not lose what a person called back before its %s was stored", async (step) => {
    await setPolicy({ staging_required: false });
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": {} } });
    Object.assign(fate, { step, meanwhile: () => callBack(shop) });
    for (let beats = 0; fate.hits === 0 && beats < 15; beats += 1) await live(shop, "worker:one");
    expect(fate.hits).toBe(1);
    for (let beats = 0; !(await isOver(shop)) && beats < 15; beats += 1) await live(shop, "worker:one");
    const { attempts, incidents } = await shop.records();
    expect(attempts).toMatchObject([{ status: "rolled_back", revertReason: expect.stringContaining("cancelled") }]);
    expect(shop.agent.version).toBe("1.2.2");
    expect(incidents).toMatchObject([{ status: "escalated" }]);
  });

  test("does not withdraw a command that was fetched and applied meanwhile", async () => {
    await setPolicy({ staging_required: false });
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": {} } });
    await live(shop, "worker:one");
    expect((await shop.records()).commands).toMatchObject([{ status: "pending" }]);
    passSeconds(LIMITS.commandLifeSeconds - 1);
    const fetch = async () => {
      await shop.agent.beat();
      expect((await shop.records()).commands).toMatchObject([{ status: "applied" }]);
    };
    Object.assign(fate, { step: "finish", meanwhile: fetch });
    // The worker's clock is past the command's life; the beat that fetches it comes in its last second.
    const { id } = await shop.attempt();
    const ahead = { now: () => new Date(Date.now() + 2_000) };
    await work({ kind: "attempt", tenant_id: shop.tenantId, id }, "worker:one", ahead, true);
    expect(fate.hits).toBe(1);
    expect((await shop.attempt()).phase).not.toBe("done");
    expect((await shop.records()).commands).toMatchObject([{ type: "update", status: "applied" }]);
  });
});

describe("a worker that slept", () => {
  test("and wakes up after another took over changes nothing: its fence is old", async () => {
    await setPolicy({ staging_required: false });
    const shop = await makeShop();
    const other = async () => {
      await endLeases();
      const { id } = await shop.attempt();
      await work({ kind: "attempt", tenant_id: shop.tenantId, id }, "worker:two", systemClock, false);
    };
    Object.assign(fate, { step: "dispatch", meanwhile: other });
    await live(shop, "worker:one");
    expect(fate.hits).toBe(1);
    const { commands, audit, events } = await shop.records();
    expect(commands).toHaveLength(1);
    expect(events.filter(({ phase }) => phase === "dispatch")).toHaveLength(1);
    const refused = audit.filter(({ command, outcome }) => command === "attempt.advance" && outcome === "refused");
    expect(refused).toMatchObject([{ reason: expect.stringContaining("ERR_LEASE_LOST") }]);
  });
});
