import { beforeAll, expect, test, vi } from "vitest";
import { changeRule } from "@/lib/detection/commands/change-rule";
import { configuredRules } from "@/lib/detection/queries-configured";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { makeShop, OPS, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";

stopTime();
beforeAll(() => setPolicy());

/** Changes a rule, and waits until nothing in this process goes by the old one any more. */
async function change(input: { enabled?: boolean; params?: object }): Promise<void> {
  await runCommand(changeRule, { input: { id: "webhook_fail_rate", ...input }, actor: OPS, now: new Date() });
  const isKnown = async () => expect((await configuredRules()).webhook_fail_rate).toMatchObject(input);
  await vi.waitFor(isKnown, { timeout: 2 * LIMITS.powerCacheMs, interval: 50 });
}
const shopFailing = (failShare: number) => makeShop({ releases: {}, behaviours: { "1.2.2": { failShare } } });

test("a changed threshold takes effect at the next beat, in both directions", async () => {
  const mild = await shopFailing(0.3);
  await mild.live(1);
  expect(await mild.incident()).toMatchObject({ type: "webhook_fail_rate", severity: "low" });

  await change({ params: { low: 0.4, medium: 0.7 } });
  const [tolerated, lower] = [await shopFailing(0.3), await shopFailing(0.6)];
  await tolerated.live(1);
  await lower.live(1);
  expect((await tolerated.records()).incidents).toEqual([]);
  expect(await lower.incident()).toMatchObject({ severity: "low" });

  await change({ params: { low: 0.1, medium: 0.25 } });
  const strict = await shopFailing(0.3);
  await strict.live(1);
  expect(await strict.incident()).toMatchObject({ severity: "medium" });
});

test("a rule that is switched off finds nothing", async () => {
  await change({ enabled: false });
  const shop = await shopFailing(0.95);
  await shop.live(1);
  expect((await shop.records()).incidents.filter(({ type }) => type === "webhook_fail_rate")).toEqual([]);
});
