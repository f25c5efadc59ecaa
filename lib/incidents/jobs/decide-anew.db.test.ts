import { beforeAll, describe, expect, test, vi } from "vitest";
import { revokePlugin } from "@/lib/access/commands/revoke-plugin";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { decide } from "@/lib/rollout/jobs/decide";
import { openAs } from "@/test/database/open-as";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { publishRelease } from "@/test/loop/publish-release";
import { stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

const SICK = { "1.2.2": { failShare: 0.6 }, "1.2.3": {} };
const auditOf = async (shop: Shop) => (await shop.records()).audit.length;

describe("an incident that nothing could mend so far", () => {
  test("is decided anew when a release appears", async () => {
    const shop = await makeShop({ releases: { "1.2.2": { fixes: [] } }, behaviours: SICK });
    await shop.live(6);
    expect(await shop.incident()).toMatchObject({ status: "open", decideAt: null, siraDecision: { action: "notify" } });
    await publishRelease(shop.pluginKey, "1.2.3");
    const { attempts } = await shop.until("healed", ({ incidents }) => incidents[0]?.status === "resolved");
    expect(attempts).toMatchObject([{ status: "success", toVersion: "1.2.3" }]);
  });

  test("is decided anew when the policy that held it back changes", async () => {
    await setPolicy({ staging_required: false, attempts_per_incident: 0 });
    const shop = await makeShop({ behaviours: SICK });
    await shop.live(3);
    expect(await shop.incident()).toMatchObject({ status: "open", decideAt: null, permit: { kind: "suggest" } });
    await setPolicy({ staging_required: false });
    await shop.until("healed", ({ incidents }) => incidents[0]?.status === "resolved");
  });

  test("that is a person's now is counted clean and then left alone: a healthy plugin writes no audit for ever", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { onUpdate: "crashes" } } });
    await shop.until("escalated", ({ incidents }) => incidents[0]?.status === "escalated");
    shop.agent.behaviours = {};
    await shop.live(4);
    const before = await auditOf(shop);
    await shop.live(10);
    expect(await auditOf(shop)).toBe(before);
    expect(await shop.incident()).toMatchObject({ status: "escalated", clearStreak: 3 });
  });

  test("that ends by itself takes its waiting plan with it", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.95 }, "1.2.3": {} } });
    await shop.until("a plan waits", ({ incidents }) => incidents[0]?.status === "awaiting_approval");
    shop.agent.behaviours = {};
    const { plans } = await shop.until("over", ({ incidents }) => incidents[0]?.status === "resolved");
    expect(plans.map(({ status }) => status)).toEqual(["void"]);
  });
});

test("a decision that rests on a milder incident is not carried out", async () => {
  const shop = await makeShop({ behaviours: SICK });
  await shop.agent.beat();
  const { id } = await shop.incident();
  const superuser = openAs("superuser");
  const waiters = () => superuser`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  let deciding: Promise<void> = Promise.resolve();
  const fate = openAs("superuser");
  await fate.begin(async (tx) => {
    // The decision reads what is committed and then waits for the row: by the time it has it, the incident is graver.
    await tx`update plugin_incidents set severity = 'critical' where id = ${id}`;
    deciding = decide(shop.tenantId, id, "decider", systemClock, true);
    await vi.waitFor(async () => expect(await waiters()).toHaveLength(1), { timeout: 5_000 });
  });
  await deciding;
  await Promise.all([superuser.end(), fate.end()]);
  const { attempts, decisions } = await shop.records();
  expect([attempts, decisions]).toEqual([[], []]);
  await decide(shop.tenantId, id, "decider", systemClock, true);
  expect(await shop.incident()).toMatchObject({ status: "awaiting_approval", permit: { kind: "approval" } });
});

describe("automatic healing of a category, switched off", () => {
  const off = (shop: Shop) =>
    runCommand(throwSwitch, {
      input: { name: "auto_heal_off_integration", scope: "tenant", tenantId: shop.tenantId, on: true, reason: "test" },
      actor: OPS,
      now: new Date(),
    });

  test("stops an attempt that has not begun", async () => {
    const shop = await makeShop({ behaviours: SICK });
    await shop.beatAndDecide();
    await off(shop);
    await runWorker();
    const { attempts, commands } = await shop.records();
    expect(attempts).toMatchObject([{ status: "cancelled", category: "INTEGRATION", endReason: expect.stringContaining("INTEGRATION") }]);
    expect(commands).toEqual([]);
  });

  test("withdraws a command that no beat has fetched", async () => {
    const shop = await makeShop({ behaviours: SICK });
    await shop.live(1);
    expect((await shop.records()).commands).toMatchObject([{ status: "pending" }]);
    await off(shop);
    await shop.live(2);
    const { attempts, commands } = await shop.records();
    expect([attempts[0]?.status, commands[0]?.status, shop.agent.received]).toEqual(["cancelled", "cancelled", []]);
  });
});

describe("a plugin that is cut off", () => {
  test("revoked: its incidents end, its plans are void, and nothing is decided any more", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.95 }, "1.2.3": {} } });
    await shop.until("a plan waits", ({ incidents }) => incidents[0]?.status === "awaiting_approval");
    await runCommand(revokePlugin, { input: { pluginId: shop.agent.id, reason: "left" }, actor: OPS, now: new Date() });
    const { incidents, plans, timeline } = await shop.records();
    expect(incidents).toMatchObject([{ status: "resolved", resolvedBy: OPS.id, decideAt: null }]);
    expect(plans).toMatchObject([{ status: "void" }]);
    expect(timeline.at(-1)).toMatchObject({ kind: "resolved", summary: "The plugin was revoked" });
  });

  test.each([
    ["revoked", "update plugins set status = 'revoked' where tenant_id = $1"],
    ["of a disabled tenant", "update tenants set is_disabled = true where id = $1"],
  ])("%s with an incident due: no decision, no attempt", async (_what, statement) => {
    const superuser = openAs("superuser");
    const shop = await makeShop({ behaviours: SICK });
    await shop.agent.beat();
    await superuser.unsafe(statement, [shop.tenantId]);
    await superuser.end();
    await runWorker();
    const { incidents, decisions, attempts } = await shop.records();
    expect(incidents).toMatchObject([{ status: "open" }]);
    expect([decisions, attempts]).toEqual([[], []]);
  });
});
