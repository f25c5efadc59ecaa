import { beforeAll, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { startFreeze } from "@/lib/policy/calendar/commands/start-freeze";
import { permit } from "@/lib/policy/permit/permit";
import { makeShop, OPS, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { lapsePlans } from "../jobs/lapse-plans";

stopTime();
beforeAll(() => setPolicy());

const HOUR_SECONDS = 60 * 60;
const freeze = (place: { scope: "global" } | { scope: "tenant"; tenantId: string }) => {
  const endsAt = new Date(Date.now() + HOUR_SECONDS * 1_000).toISOString();
  return runCommand(startFreeze, { input: { ...place, endsAt, reason: "sales season" }, actor: OPS, now: new Date() });
};

test("a frozen merchant's sick plugin waits for a person, and heals by itself as soon as the freeze is over", async () => {
  const shop = await makeShop();
  await freeze({ scope: "tenant", tenantId: shop.tenantId });
  await shop.live(1);
  const frozen = await shop.records();
  const [stored] = frozen.decisions;
  expect(frozen.incidents).toMatchObject([{ status: "awaiting_approval", permit: { kind: "approval", requiredSignatures: 1 } }]);
  expect(stored?.permit.gates.filter(({ passed }) => !passed)).toMatchObject([{ gate: "calendar", why: "the merchant is frozen" }]);
  expect(stored && permit(stored.permitInput)).toEqual(stored?.permit);
  expect(frozen.attempts).toEqual([]);

  passSeconds(HOUR_SECONDS);
  const { decisions, timeline } = await shop.until("it is permitted", ({ attempts }) => attempts.length > 0, 2);
  expect(decisions.at(-1)?.permit).toMatchObject({ kind: "auto" });
  expect(timeline.filter(({ kind }) => kind === "plan_lapsed")).toHaveLength(1);
});

test("plans of merchants that stay frozen keep nobody's waiting whose freeze is over", async () => {
  const [still, over] = [await makeShop(), await makeShop()];
  const hold = (tenantId: string, hours: number) => {
    const endsAt = new Date(Date.now() + hours * HOUR_SECONDS * 1_000).toISOString();
    return runCommand(startFreeze, { input: { scope: "tenant", tenantId, endsAt, reason: "sales season" }, actor: OPS, now: new Date() });
  };
  await hold(still.tenantId, 3);
  await still.live(1);
  await hold(over.tenantId, 1);
  await over.live(1);
  passSeconds(HOUR_SECONDS);
  expect(await lapsePlans(new Date(), 1)).toBe(1);
  expect(await over.incident()).toMatchObject({ status: "open" });
  expect(await still.incident()).toMatchObject({ status: "awaiting_approval" });
});

test("what was permitted and not sent when everybody is frozen is not sent", async () => {
  const shop = await makeShop();
  await shop.beatAndDecide();
  expect(await shop.incident()).toMatchObject({ status: "healing" });
  await freeze({ scope: "global" });
  await shop.live(2);
  expect(await shop.attempt()).toMatchObject({ status: "cancelled" });
  expect(shop.agent.received).toEqual([]);
  expect(await shop.incident()).toMatchObject({ status: "awaiting_approval", permit: { kind: "approval" } });
});
