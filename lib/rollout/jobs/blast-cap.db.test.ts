import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { liveTogether, makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";
import { decide } from "./decide";

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

/** Equally sick shops of one plugin, each with its own tenant. */
async function fleet(count: number, pluginKey = `pay-${randomUUID().slice(0, 8)}`): Promise<Shop[]> {
  const shops = [await makeShop({ pluginKey })];
  while (shops.length < count) shops.push(await makeShop({ pluginKey, releases: {} }));
  return shops;
}
const attemptsOf = async (shops: readonly Shop[]) =>
  (await Promise.all(shops.map((shop) => shop.records()))).flatMap(({ attempts }) => attempts);

test("decided all at once, no more than four shops try a release that nobody has proven, and the page says why the others wait", async () => {
  const shops = await fleet(8);
  for (const shop of shops) await shop.agent.beat();
  await Promise.all(
    shops.map(async (shop, index) => decide(shop.tenantId, (await shop.incident()).id, `decider:${index}`, systemClock, true)),
  );
  expect(await attemptsOf(shops)).toHaveLength(LIMITS.inFlightUnproven);
  await runWorker();
  expect(await attemptsOf(shops)).toHaveLength(LIMITS.inFlightUnproven);
  const waiting = (await Promise.all(shops.map((shop) => shop.incident()))).filter(({ status }) => status === "open");
  expect(waiting).toHaveLength(4);
  for (const { permit, decideAt } of waiting) {
    expect(permit).toMatchObject({ kind: "suggest" });
    expect(permit?.gates.filter(({ passed }) => !passed).map(({ gate }) => gate)).toEqual(["in_flight"]);
    expect(decideAt?.getTime()).toBe(Date.now() + LIMITS.decidePackedSeconds * 1_000);
  }
  for (let turn = 0; turn < 40; turn += 1) {
    await liveTogether(shops, 1);
    const live = (await attemptsOf(shops)).filter(({ phase }) => phase !== "done");
    const proven = (await attemptsOf(shops)).filter(({ status }) => status === "success");
    if (proven.length < LIMITS.inFlightUnproven) expect(live.length).toBeLessThanOrEqual(LIMITS.inFlightUnproven);
    if (proven.length === shops.length) return;
  }
  throw new Error("the rest of the fleet was never healed");
});

test("another release is counted for itself", async () => {
  const [one, two] = [await fleet(4), await fleet(1)];
  passSeconds(1);
  await liveTogether([...one, ...two], 1);
  expect(await attemptsOf(two)).toHaveLength(1);
});
