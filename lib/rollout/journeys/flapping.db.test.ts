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
  expect(incidents).toMatchObject([{ status: "escalated" }]);
  expect(attempts.length).toBeGreaterThan(1);
  expect(attempts.length).toBeLessThanOrEqual(3);
  expect(commands.length).toBe(attempts.length);
  // Each failure speaks against another try, until telling people is what is proposed.
  expect(decisions.at(-1)?.decision.action).toBe("notify");
});

test.each([
  { gate: "incident_cap", policy: { attempts_per_incident: 1 }, most: 1 },
  { gate: "plugin_cap", policy: { attempts_per_plugin_per_day: 1 }, most: 1 },
])("$gate holds at $most, however sure SIRA is", async ({ gate: name, policy, most }) => {
  await setPolicy({ confidence_threshold: 0, staging_required: false, ...policy });
  const shop = await makeShop();
  await flap(shop, 5, "refuses");
  const { attempts, decisions } = await shop.records();
  expect(attempts).toHaveLength(most);
  const held = decisions.filter(({ permit }) => permit.gates.some(({ gate, passed }) => gate === name && !passed));
  expect(held[0]).toMatchObject({ decision: { action: "patch" }, permit: { kind: "suggest" } });
});

test("one that was rolled back is not tried again by the machine, whatever it flaps", async () => {
  await setPolicy({ confidence_threshold: 0, staging_required: false });
  const shop = await makeShop();
  expect(await flap(shop, 5, "crashes")).toBe(1);
  const { attempts, incidents } = await shop.records();
  expect(attempts).toMatchObject([{ status: "rolled_back" }]);
  expect(incidents).toMatchObject([{ status: "escalated" }]);
});
