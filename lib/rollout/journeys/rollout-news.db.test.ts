import { randomUUID } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { addWebhook } from "@/lib/notify/commands/add-webhook";
import { systemClock } from "@/lib/platform/clock";
import { recallRelease } from "@/lib/rollout/commands/recall/recall-release";
import { startRollout } from "@/lib/rollout/commands/waves/start-rollout";
import { advanceRollouts } from "@/lib/rollout/jobs/waves/advance-rollouts";
import { readRollout } from "@/lib/rollout/waves/queries-rollouts";
import { steppedUp } from "@/test/actors";
import { makeShop, OPS, setPolicy } from "@/test/loop/make-shop";
import { publishRelease } from "@/test/loop/publish-release";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, runNotifier, runWorker } from "@/test/loop/worker";

// A shop lives through many rounds here, whatever else the machine is doing.
vi.setConfig({ testTimeout: 120_000 });
process.env.OUTBOUND_ALLOW = "127.0.0.1/32";
stopTime();
beforeAll(() => setPolicy());

const EVENTS = ["release.recalled", "rollout.waits_for_person"];
const addressOf = (tenantId: string | null, port: number) =>
  runCommand(addWebhook, {
    input: { tenantId, url: `http://127.0.0.1:${port}/`, events: [...EVENTS, "attempt.rolled_back"] },
    actor: OPS,
    now: new Date(),
  });

/** What was written down for anybody about this plugin key. */
async function told(pluginKey: string) {
  await runNotifier();
  const rows = await asOwner()<{ tenant_id: string; event: string; body: string }[]>`
    select tenant_id, event, body from webhook_deliveries where channel = 'webhook' and body like ${`%${pluginKey}%`} and event = any (${EVENTS})
    order by created_at, id`;
  return rows.map(({ tenant_id, event, body }) => ({ tenant_id, event, text: JSON.parse(body).data.text.en as string }));
}

test("a rollout under suspicion calls a person once, and a recall is told once: to ops, and to no merchant", async () => {
  const pluginKey = `news-${randomUUID().slice(0, 8)}`;
  const shop = await makeShop({
    pluginKey,
    behaviours: { "1.2.2": { failShare: 0, webhooks: 60 }, "1.3.0": { failShare: 1, webhooks: 60 } },
    releases: { "1.2.2": { fixes: [] } },
  });
  await addressOf(null, 9);
  await addressOf(shop.tenantId, 10);
  const live = async (beats: number) => {
    for (let count = 0; count < beats; count += 1) {
      passSeconds(15);
      await shop.agent.beat();
      passSeconds(4);
      await advanceRollouts("worker:one", systemClock);
      await runWorker();
    }
  };
  await live(8);
  const release = await publishRelease(pluginKey, "1.3.0", { fixes: [] });
  const input = { releaseId: release.id, confirm: `${pluginKey} 1.3.0`, reason: "planned for this week", overrides: [] };
  const { id } = await runCommand(startRollout, { input, actor: steppedUp(OPS), now: new Date() });
  const show = () => readRollout(scopeFor("operate"), id, new Date());
  for (let round = 0; round < 40 && !(await show())?.waits_for.includes("suspicion"); round += 1) await live(1);
  expect((await show())?.waits_for).toContain("suspicion");
  await live(3);
  // A start in between empties what it waits for: nobody is called a second time for the same wave.
  await asOwner()`update rollouts set waits_for = '[]' where id = ${id}`;
  await live(3);
  expect((await show())?.waits_for).toContain("suspicion");
  const waiting = {
    tenant_id: PLATFORM_TENANT,
    event: "rollout.waits_for_person",
    text: `A person is needed: the rollout of ${pluginKey} 1.3.0 is under suspicion and waits in wave 1 until somebody has looked.`,
  };
  expect(await told(pluginKey)).toEqual([waiting]);
  expect(
    await asOwner()`select tenant_id, payload from outbox where name = 'rollout.waits_for_person' and payload ->> 'rolloutId' = ${id}`,
  ).toEqual([{ tenant_id: PLATFORM_TENANT, payload: { rolloutId: id, pluginKey, version: "1.3.0", wave: 0 } }]);

  const bodies = await asOwner()<{ body: string }[]>`
    select body from webhook_deliveries where event = 'attempt.rolled_back' and tenant_id = ${shop.tenantId}`;
  expect(bodies.map(({ body }) => JSON.parse(body).data)).toMatchObject([{ incident_id: null, method: "update", part_of: "rollout" }]);

  const recall = (actor: Actor, version: string, reason: string) =>
    runCommand(recallRelease, { input: { release: { pluginKey, version }, reason }, actor, now: new Date() });
  await recall(systemActor("rollout", "operate"), "1.3.0", "harm is shown");
  await recall(OPS, "1.3.0", "the same again");
  await recall(OPS, "1.2.2", "it loses orders");
  const recalled = (what: string) => ({ tenant_id: PLATFORM_TENANT, event: "release.recalled", text: `Recalled: ${pluginKey} ${what}` });
  expect(await told(pluginKey)).toEqual([
    waiting,
    recalled("1.3.0 is taken back everywhere, ordered automatically: harm is shown."),
    recalled(`1.2.2 is taken back everywhere, by ${OPS.id}: it loses orders.`),
  ]);
});
