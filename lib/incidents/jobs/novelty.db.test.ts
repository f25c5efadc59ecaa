import { afterAll, beforeAll, expect, test } from "vitest";
import { switchDetectors } from "@/lib/detection/commands/switch-detectors";
import { configuredRules } from "@/lib/detection/queries-configured";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { storePastBeats } from "@/test/loop/past-beats";
import { stopTime } from "@/test/loop/virtual-time";
import { endLeases, withoutFaults } from "@/test/loop/worker";
import { scan } from "./scan";

stopTime();
const superuser = openAs("superuser");
beforeAll(() => setPolicy());
afterAll(() => superuser.end());

/** The shop's first day, in which nothing is raised: the scan takes it in as it comes upon it. */
async function firstDay(shop: Shop): Promise<void> {
  const place = { tenantId: shop.tenantId, pluginId: shop.agent.id, version: "1.2.3" };
  const telemetryOf = () => ({ latency_p95_ms: 180, queue_depth: 1, memory_mb: 60, errors_last_24h: 0, webhook_fail_rate: 0 });
  const count = (24 * 60 * 60) / LIMITS.heartbeatSeconds;
  await storePastBeats(superuser, { ...place, until: new Date(), count, telemetryOf });
  await beats(shop, 2);
}

/** Beats two minutes apart, with a scan after each. */
async function beats(shop: Shop, count: number): Promise<void> {
  for (let beat = 0; beat < count; beat += 1) {
    await shop.live(1, 120);
    await endLeases();
    await withoutFaults(() => scan("scanner", systemClock));
  }
}
const slow = (latencyMs: number) => ({ "1.2.3": { latencyMs } });

test("a metric that leaves its usual range opens one incident, tells why, sets off nothing, and ends by itself", {
  timeout: 60_000,
}, async () => {
  const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: slow(180) });
  await firstDay(shop);
  expect((await shop.records()).incidents).toEqual([]);

  shop.agent.behaviours = slow(700);
  await beats(shop, 3);
  const { incidents, attempts } = await shop.records();
  expect(incidents).toMatchObject([{ type: "novelty", severity: "low" }]);
  expect(incidents[0]?.finding).toMatchObject({
    statistic: expect.stringContaining("latency_p95_ms"),
    explain: expect.stringContaining("usually"),
  });
  expect(attempts).toEqual([]);

  shop.agent.behaviours = slow(180);
  const ended = await shop.until("the incident is over", (records) => records.incidents[0]?.status === "resolved", 100);
  expect(ended.incidents).toHaveLength(1);
});

test("a fault that a rule can name takes the rule's name", { timeout: 60_000 }, async () => {
  const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: slow(180) });
  await firstDay(shop);
  shop.agent.behaviours = slow(5_000);
  await beats(shop, 2);
  expect((await shop.records()).incidents).toMatchObject([{ type: "latency_p95", severity: "medium" }]);
});

test("switched off for the tenant, the detectors go on learning and open nothing", { timeout: 60_000 }, async () => {
  const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: slow(180) });
  await firstDay(shop);
  const input = { on: false, tenantId: shop.tenantId, reason: "test" };
  await runCommand(switchDetectors, { input, actor: OPS, now: new Date() });
  // What was read before counts no more.
  await configuredRules(performance.now() + LIMITS.powerCacheMs);
  shop.agent.behaviours = slow(700);
  await beats(shop, 3);
  expect((await shop.records()).incidents).toEqual([]);
  const [row] = await superuser`select raised from plugin_streams where plugin_id = ${shop.agent.id}`;
  expect(row?.raised).not.toEqual([]);
});
