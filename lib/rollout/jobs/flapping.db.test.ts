import { beforeAll, expect, test } from "vitest";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";

stopTime();
/** So sure of itself that only caps can stop it. */
beforeAll(() => setPolicy({ confidence_threshold: 0, staging_required: false }));

/** Lives through some turns of sickness and health, and looks after each beat. */
async function flap(shop: Shop, turns: number, apply: "refuses" | "crashes"): Promise<number> {
  let mostAtOnce = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const failShare = turn % 2 === 0 ? 0.6 : 0;
    shop.agent.behaviours = { "1.2.2": { failShare }, "1.2.3": { onUpdate: apply } };
    for (let beat = 0; beat < 5; beat += 1) {
      await shop.live(1, 30);
      const { incidents } = await shop.records();
      mostAtOnce = Math.max(mostAtOnce, incidents.filter(({ status }) => !["resolved", "closed"].includes(status)).length);
    }
  }
  return mostAtOnce;
}

test("safety 24: a flapping plugin has one incident at a time, capped attempts, and is left to people in the end", async () => {
  const shop = await makeShop();
  const mostAtOnce = await flap(shop, 9, "refuses");
  const { incidents, attempts, decisions, commands } = await shop.records();
  expect(mostAtOnce).toBe(1);
  expect(incidents).toHaveLength(1);
  expect(incidents[0]?.reopenedCount).toBeGreaterThan(0);
  expect(attempts.length).toBeGreaterThan(1);
  expect(attempts.length).toBeLessThanOrEqual(3);
  expect(commands.length).toBe(attempts.length);
  const last = decisions.at(-1);
  expect(last?.permit.kind).toBe("suggest");
  expect(last?.permit.gates.find(({ gate }) => gate === "incident_cap")).toMatchObject({ passed: false });
});

test("a day's attempts on one plugin are capped, however many incidents they belong to", async () => {
  await setPolicy({ confidence_threshold: 0, staging_required: false, attempts_per_incident: 10, attempts_per_plugin_per_day: 4 });
  const shop = await makeShop();
  await flap(shop, 7, "refuses");
  const { attempts, decisions } = await shop.records();
  expect(attempts).toHaveLength(4);
  expect(decisions.at(-1)?.permit.gates.find(({ gate }) => gate === "plugin_cap")).toMatchObject({ passed: false });
});

test("one that was rolled back is not tried again by the machine, whatever it flaps", async () => {
  await setPolicy({ confidence_threshold: 0, staging_required: false });
  const shop = await makeShop();
  expect(await flap(shop, 5, "crashes")).toBe(1);
  const { attempts, incidents } = await shop.records();
  expect(attempts).toMatchObject([{ status: "rolled_back" }]);
  expect(incidents).toMatchObject([{ status: "escalated" }]);
});
