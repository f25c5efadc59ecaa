import { expect, test } from "vitest";
import { systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor } from "@/test/actors";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeShop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { lapsePlan } from "./lapse-plan";

stopTime();

async function waiting() {
  await setPolicy({ whitelist: [] });
  const shop = await makeShop();
  await shop.live(1);
  const { id: incidentId, tenantId } = await shop.incident();
  return { shop, input: { tenantId, incidentId }, actor: systemActorFor("rollout", tenantId) };
}

fiveCases({
  command: lapsePlan,
  arrange: async () => {
    const { input, actor } = await waiting();
    await setPolicy({ whitelist: [], health_check_seconds: 45 });
    return { input, actor };
  },
  winners: 1,
  forbidden: personActor(["pay_admin", "security_admin"]),
  works: (result) => expect(result).toEqual({ status: "open" }),
});

test("a plan that can still be approved does not lapse", async () => {
  const { shop, input, actor } = await waiting();
  expect((await refusalOf(runCommand(lapsePlan, { input, actor, now: new Date() }))).kind).toBe("conflict");
  expect(await shop.incident()).toMatchObject({ status: "awaiting_approval" });
});
