import { beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { KILL_LABELS, type KillLabel } from "@/lib/platform/faults/kill-labels";
import { LIMITS } from "@/lib/platform/limits";
import { work } from "@/lib/rollout/jobs/sweep";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, endLeases, readDue, runWorker } from "@/test/loop/worker";
import { WorkerProcess } from "@/test/loop/worker-process";

vi.setConfig({ testTimeout: 60_000 });
stopTime();
beforeAll(() => setPolicy());

const MOST_BEATS = 15;

/** The beats and decisions of life, with every attempt left to the worker that is to die. @returns how it died */
async function liveUntilDeath(shop: Shop, worker: WorkerProcess): Promise<string | null> {
  for (let beats = 0; beats < MOST_BEATS; beats += 1) {
    passSeconds(15);
    await shop.agent.beat();
    for (const due of await readDue()) {
      if (due.kind === "incident") await work(due, "decider", systemClock, true);
    }
    for (const due of await readDue()) {
      const death = due.kind === "attempt" ? await worker.send({ due, nowMs: Date.now() }) : null;
      if (death) return death;
    }
  }
  return null;
}

const isOver = async (shop: Shop) => (await shop.records()).attempts.at(-1)?.phase === "done";

/** Another worker carries on, until the attempt is over. */
async function carryOn(shop: Shop): Promise<void> {
  await runWorker("worker:two");
  for (let beats = 0; !(await isOver(shop)) && beats < MOST_BEATS; beats += 1) {
    passSeconds(15);
    await shop.agent.beat();
    await runWorker("worker:two");
  }
}

/** A sick shop whose next version heals it, or makes it worse so that it is taken back. */
async function sickShop(label: KillLabel): Promise<{ shop: Shop; status: string }> {
  const isRevert = label.startsWith("attempt.revert.");
  await setPolicy({ staging_required: /stage|rehears/.test(label) });
  const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { failShare: isRevert ? 1 : 0 } } });
  return { shop, status: isRevert ? "rolled_back" : "success" };
}

describe("safety 6: kill -9 of the worker at each labelled step", () => {
  test.each(KILL_LABELS)("%s: exactly one effect, and the attempt comes to its end", async (label) => {
    const { shop, status } = await sickShop(label);
    const worker = await WorkerProcess.start(label);
    try {
      expect(await liveUntilDeath(shop, worker), `the worker reached ${label}`).toBe("SIGKILL");
    } finally {
      worker.stop();
    }

    // What it held stays held until its lease runs out, however much somebody else wants it.
    const left = await shop.records();
    const id = left.attempts[0]?.id ?? "";
    const [held] = await asOwner()`select owner, lease_until > now() as is_held from work_leases where subject_id = ${id}`;
    expect(held).toEqual({ owner: "worker:one", is_held: true });
    await work({ kind: "attempt", tenant_id: shop.tenantId, id }, "worker:two", systemClock, true);
    expect((await shop.records()).events).toEqual(left.events);

    await endLeases();
    await carryOn(shop);
    const { attempts, commands, events, feedback } = await shop.records();
    expect(attempts).toMatchObject([{ status, phase: "done" }]);
    const ordered = ["update", status === "success" ? "commit" : "rollback"];
    expect(commands.map(({ type }) => type)).toEqual(ordered);
    expect(shop.agent.obeyed.map(({ type }) => type)).toEqual(ordered);
    for (const phase of ["dispatch", "done"]) expect(events.filter((event) => event.phase === phase)).toHaveLength(1);
    expect(feedback).toHaveLength(1);
    expect(shop.agent.version).toBe(status === "success" ? "1.2.3" : "1.2.2");
  });

  test("its lease is taken over once it has run out, by the database's clock and nobody's hand", async () => {
    const { shop } = await sickShop("attempt.dispatch.decided");
    const leaseSeconds = 4;
    const worker = await WorkerProcess.start("attempt.dispatch.decided", leaseSeconds);
    expect(await liveUntilDeath(shop, worker)).toBe("SIGKILL");
    const diedMs = performance.now();
    const { id } = await shop.attempt();
    const takeOver = async () => {
      await work({ kind: "attempt", tenant_id: shop.tenantId, id }, "worker:two", systemClock, false);
      expect((await shop.records()).commands).toMatchObject([{ type: "update", status: "pending" }]);
    };
    await vi.waitFor(takeOver, { timeout: 20_000, interval: 100 });
    expect((performance.now() - diedMs) / 1_000).toBeLessThan(leaseSeconds + 2);
    expect(LIMITS.leaseSeconds + LIMITS.sweepMs / 1_000 + LIMITS.attemptRecheckSeconds).toBeLessThanOrEqual(90);
  });
});
