import { beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { changePolicy } from "@/lib/policy/commands/change-policy";
import { personActor, steppedUp } from "@/test/actors";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeShop, type Shop, type ShopOptions, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";
import { approvePlan } from "./approve-plan";
import { orderAction } from "./order-action";

stopTime();
/** One signature is enough for what is not whitelisted; a low confidence needs two. */
const ONE = { whitelist: [], staging_required: false };
const TWO = { ...ONE, confidence_threshold: 0.95, required_signatures: 2 };
beforeAll(() => setPolicy(ONE));

const ada = steppedUp(personActor(["approver"], undefined, "ada@center.test"));
const bob = steppedUp(personActor(["approver"], undefined, "bob@center.test"));

async function waiting(given: ShopOptions = {}): Promise<Shop> {
  const shop = await makeShop(given);
  await shop.live(1);
  expect(await shop.incident()).toMatchObject({ status: "awaiting_approval" });
  return shop;
}
async function inputOf(shop: Shop) {
  const { id, planDigest } = await shop.incident();
  return { incidentId: id, planDigest, reason: "looks right" };
}
async function approve(shop: Shop, actor: Actor, changes: object = {}) {
  return runCommand(approvePlan, { input: { ...(await inputOf(shop)), ...changes }, actor, now: new Date() });
}

fiveCases({
  command: approvePlan,
  arrange: async () => ({ input: await inputOf(await waiting()), actor: ada }),
  winners: 1,
  forbidden: personActor(["operator"]),
  works: (result) => expect(result).toEqual({ approvals: { required: 1, given: 1 }, status: "healing" }),
});

describe("what was approved is what runs", () => {
  test("with the last signature the attempt begins, of exactly that digest, and heals", async () => {
    await setPolicy(TWO);
    const shop = await waiting();
    const { planDigest } = await shop.incident();
    expect(await approve(shop, ada)).toEqual({ approvals: { required: 2, given: 1 }, status: "awaiting_approval" });
    await runWorker();
    expect((await shop.records()).attempts).toEqual([]);
    expect(await approve(shop, bob)).toEqual({ approvals: { required: 2, given: 2 }, status: "healing" });
    const records = await shop.until("resolved", ({ incidents }) => incidents[0]?.status === "resolved");
    expect(records.attempts).toMatchObject([{ planDigest, status: "success", isAutomatic: false }]);
    expect(records.commands[0]?.payload.plan_digest).toBe(planDigest);
    expect(records.timeline.filter(({ kind }) => kind === "approved")).toHaveLength(2);
  });

  test("one person counts once, however often and under whatever spelling", async () => {
    await setPolicy(TWO);
    const shop = await waiting();
    await approve(shop, ada);
    const again = steppedUp(personActor(["approver"], undefined, "ADA@center.test"));
    for (const actor of [ada, again]) expect((await refusalOf(approve(shop, actor))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await shop.records()).attempts).toEqual([]);
    expect(await approve(shop, bob)).toMatchObject({ approvals: { given: 2 }, status: "healing" });
  });

  test("two approvals at once execute once", async () => {
    await setPolicy(TWO);
    const shop = await waiting();
    const eve = steppedUp(personActor(["approver"], undefined, "eve@center.test"));
    await Promise.allSettled([approve(shop, ada), approve(shop, bob), approve(shop, eve)]);
    expect((await shop.records()).attempts).toHaveLength(1);
  });

  test("each signature of a quorum needs a second factor; a plain approval needs none", async () => {
    await setPolicy(TWO);
    const shop = await waiting();
    const plain = personActor(["approver"], undefined, "ada@center.test");
    expect((await refusalOf(approve(shop, plain))).details.code).toBe("ERR_STEP_UP");
    expect((await shop.incident()).status).toBe("awaiting_approval");
    await setPolicy(ONE);
    const single = await waiting();
    expect(await approve(single, plain)).toMatchObject({ status: "healing" });
  });

  test("another digest than today's is a conflict", async () => {
    await setPolicy(ONE);
    const [shop, other] = [await waiting(), await waiting()];
    const { planDigest } = await other.incident();
    for (const wrong of [`sha256:${"0".repeat(64)}`, planDigest]) {
      expect((await refusalOf(approve(shop, ada, { planDigest: wrong }))).kind).toBe("conflict");
    }
    expect((await shop.records()).attempts).toEqual([]);
  });
});

describe("safety 4: four eyes", () => {
  test("whoever ordered it does not approve it", async () => {
    await setPolicy({ ...ONE, required_signatures: 1 });
    const shop = await makeShop({ releases: { "2.0.0": { fixes: [] } } });
    await shop.live(1);
    const requester = personActor(["pay_admin"], undefined, "rita@center.test");
    const { id } = await shop.incident();
    const order = { incidentId: id, action: "patch", version: "2.0.0", reason: "the vendor says that it helps" };
    expect(await runCommand(orderAction, { input: order, actor: requester, now: new Date() })).toMatchObject({
      status: "awaiting_approval",
    });
    expect((await refusalOf(approve(shop, requester))).details.code).toBe("ERR_SECOND_PERSON");
    const otherwise = personActor(["pay_admin"], undefined, "Rita@center.test");
    expect((await refusalOf(approve(shop, otherwise))).details.code).toBe("ERR_SECOND_PERSON");
    expect(await approve(shop, ada)).toMatchObject({ status: "healing" });
  });

  test("whom only a tenant's own administrator vouches for is no second pair of eyes", async () => {
    await setPolicy(ONE);
    const shop = await waiting();
    const unknown = { ...personActor(["approver"], [shop.tenantId], "made-up@shop.test"), isVouchedFor: false };
    expect((await refusalOf(approve(shop, unknown))).details.code).toBe("ERR_SECOND_PERSON");
    expect(await approve(shop, { ...unknown, isVouchedFor: true })).toMatchObject({ status: "healing" });
  });

  test("whoever loosened the policy does not approve under it, also after somebody else changed it again, for a day", async () => {
    await setPolicy({ ...TWO, required_signatures: 3 });
    const eve = personActor(["approver"], undefined, "eve@center.test");
    const change = (changes: object, actor: Actor) => runCommand(changePolicy, { input: { changes }, actor, now: new Date() });
    await change({ confidence_threshold: 0.6, required_signatures: 1 }, eve);
    await change({ health_check_seconds: 60 }, ada);
    const shop = await waiting();
    expect((await refusalOf(approve(shop, eve))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await refusalOf(approve(shop, personActor(["approver"], undefined, "Eve@center.test")))).kind).toBe("forbidden");
    expect(await approve(shop, bob)).toMatchObject({ status: "healing" });

    passSeconds(LIMITS.looseningMemorySeconds + 1);
    const later = await waiting();
    expect(await approve(later, eve)).toMatchObject({ status: "healing" });
  });

  test("who made it stricter does", async () => {
    await setPolicy({ ...ONE, confidence_threshold: 0.5 });
    const gus = personActor(["approver"], undefined, "gus@center.test");
    await runCommand(changePolicy, { input: { changes: { confidence_threshold: 0.8 } }, actor: gus, now: new Date() });
    expect(await approve(await waiting(), gus)).toMatchObject({ status: "healing" });
  });

  test("the author of the release does not approve it", async () => {
    await setPolicy(ONE);
    const author = personActor(["pay_admin"], undefined, "vera@vendor.test");
    const shop = await waiting({ releases: { "1.2.3": { author } } });
    const refusal = await refusalOf(approve(shop, author));
    expect({ kind: refusal.kind, code: refusal.details.code }).toEqual({ kind: "forbidden", code: "ERR_SECOND_PERSON" });
    expect(await approve(shop, ada)).toMatchObject({ status: "healing" });
  });

  test("a person of other tenants sees nothing to approve", async () => {
    const [shop, other] = [await waiting(), await waiting()];
    const theirs = personActor(["approver"], [other.tenantId], "tom@shop.test");
    expect((await refusalOf(approve(shop, theirs))).kind).toBe("not-found");
  });
});

describe("what was agreed to may not drift", () => {
  test("a change of the policy voids the approvals given, and the incident is decided anew under it", async () => {
    await setPolicy(TWO);
    const shop = await waiting();
    const { planDigest } = await shop.incident();
    await approve(shop, ada);
    await setPolicy({ ...TWO, health_check_seconds: 45 });
    expect((await refusalOf(approve(shop, bob))).kind).toBe("conflict");
    await runWorker();
    const { incidents, plans, attempts } = await shop.records();
    expect(plans.map(({ status }) => status)).toEqual(["void", "awaiting"]);
    expect(incidents[0]).toMatchObject({ status: "awaiting_approval" });
    expect(incidents[0]?.planDigest).not.toBe(planDigest);
    expect(attempts).toEqual([]);
    expect(await approve(shop, bob)).toMatchObject({ approvals: { required: 2, given: 1 } });
  });

  test("a policy that now permits it by itself needs no approval any more", async () => {
    await setPolicy(ONE);
    const shop = await waiting();
    await setPolicy({ whitelist: [shop.tenantId], staging_required: false });
    await runWorker();
    expect(await shop.attempt()).toMatchObject({ isAutomatic: true, status: "applying" });
    await setPolicy(ONE);
  });

  test("a plan that nobody approved in time is made anew", async () => {
    const shop = await waiting();
    const stale = await inputOf(shop);
    passSeconds(LIMITS.planLifeSeconds);
    expect((await refusalOf(approve(shop, ada))).kind).toBe("conflict");
    await runWorker();
    const { timeline, incidents, plans, decisions } = await shop.records();
    expect(timeline.map(({ kind }) => kind)).toEqual(["opened", "decided", "plan_lapsed"]);
    expect(decisions).toHaveLength(2);
    expect(plans.map(({ status }) => status)).toEqual(["void", "awaiting"]);
    expect(incidents[0]).toMatchObject({ status: "awaiting_approval" });
    expect((await refusalOf(approve(shop, ada, stale))).kind).toBe("conflict");
    expect(await approve(shop, ada)).toMatchObject({ status: "healing" });
  });

  test("the kill switch stops the last signature, too", async () => {
    const shop = await waiting();
    await shop.throwSwitch("kill_switch");
    expect((await refusalOf(approve(shop, ada))).details.code).toBe("ERR_KILL_SWITCH");
    const { attempts, incidents } = await shop.records();
    expect(attempts).toEqual([]);
    expect(incidents[0]).toMatchObject({ status: "awaiting_approval" });
  });
});
