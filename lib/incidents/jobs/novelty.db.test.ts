import { beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { endLeases, withoutFaults } from "@/test/loop/worker";
import { scan } from "./scan";

stopTime();
beforeAll(() => setPolicy());

/** Beats two minutes apart, with a scan after each where a test asks for it. */
async function beats(shop: Shop, count: number, isScanned = true): Promise<void> {
  for (let beat = 0; beat < count; beat += 1) {
    await shop.live(1, 120);
    if (!isScanned) continue;
    await endLeases();
    await withoutFaults(() => scan("scanner", systemClock));
  }
}
const slow = (latencyMs: number) => ({ "1.2.3": { latencyMs } });

test("a metric that leaves its usual range opens one incident, tells why, sets off nothing, and ends by itself", {
  timeout: 60_000,
}, async () => {
  const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: slow(180) });
  await beats(shop, 70, false);
  await beats(shop, 1);
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
  await beats(shop, 70, false);
  shop.agent.behaviours = slow(5_000);
  await beats(shop, 2);
  expect((await shop.records()).incidents).toMatchObject([{ type: "latency_p95", severity: "medium" }]);
});
