import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { revokeKey } from "@/lib/access/people/keys/commands/revoke-key";
import { showApproverKeys } from "@/lib/access/people/keys/queries-keys";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { runCommand } from "@/lib/gateway/run-command";
import { approvePlan } from "@/lib/rollout/commands/approve-plan";
import { orderAction } from "@/lib/rollout/commands/order-action";
import { refusePlan } from "@/lib/rollout/commands/refuse/refuse-plan";
import { personActor, steppedUp } from "@/test/actors";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";
import { Approver, inForce, KEEPER } from "./approver";

stopTime();

let ada: Approver;
let bob: Approver;
let cleo: Approver;
beforeAll(async () => {
  await setPolicy({ whitelist: [], staging_required: false, required_signatures: 2 });
  [ada, bob, cleo] = [await Approver.make("ada", ["pay_admin"]), await Approver.make("bob"), await Approver.make("cleo")];
  await inForce([ada, bob, cleo]);
});

/** A shop whose agent has pinned the approvers' keys, and for which somebody ordered a major version. */
async function majorOrdered(): Promise<Shop> {
  const shop = await makeShop({
    releases: { "2.0.0": { fixes: [] } },
    behaviours: { "1.2.2": { failShare: 0.6 }, "2.0.0": { failShare: 0 } },
  });
  await shop.live(1);
  const { id: incidentId } = await shop.incident();
  const order = { incidentId, action: "patch", version: "2.0.0", reason: "the vendor's new generation" };
  expect(await runCommand(orderAction, { input: order, actor: OPS, now: new Date() })).toMatchObject({
    approvals: { required: 2, given: 0 },
  });
  return shop;
}

async function planOf(shop: Shop) {
  const { plans, incidents } = await shop.records();
  const digest = incidents.at(-1)?.planDigest ?? "";
  const plan = plans.find((each) => each.digest === digest);
  return { incidentId: incidents.at(-1)?.id ?? "", digest, expiresAt: plan?.expiresAt ?? new Date(0) };
}

async function approve(shop: Shop, approver: Approver, changes: { envelope?: unknown; actor?: typeof ada.actor } = {}) {
  const { incidentId, digest, expiresAt } = await planOf(shop);
  const envelope = "envelope" in changes ? changes.envelope : approver.approval(digest, expiresAt);
  const input = { incidentId, planDigest: digest, reason: "looks right", ...(envelope === undefined ? {} : { envelope }) };
  return runCommand(approvePlan, { input, actor: changes.actor ?? approver.actor, now: new Date() });
}

describe("a major update goes through with two approvers' own signatures", () => {
  test("signed by two, carried to the agent, counted there, installed, and healed", async () => {
    const shop = await majorOrdered();
    expect(await approve(shop, ada)).toEqual({ approvals: { required: 2, given: 1 }, status: "awaiting_approval" });
    await runWorker();
    expect((await shop.records()).commands).toEqual([]);
    expect(await approve(shop, bob)).toEqual({ approvals: { required: 2, given: 2 }, status: "healing" });
    const records = await shop.until("resolved", ({ incidents }) => incidents.at(-1)?.status === "resolved");
    expect(records.attempts).toMatchObject([{ status: "success", toVersion: "2.0.0" }]);
    expect(records.commands[0]?.payload.quorum).toHaveLength(2);
  });

  test("one approver is not enough, however often and by whatever session", async () => {
    const shop = await majorOrdered();
    await approve(shop, ada);
    const again = steppedUp(personActor(["approver"], undefined, ada.email.toUpperCase()));
    for (const actor of [ada.actor, again]) expect((await refusalOf(approve(shop, ada, { actor }))).kind).toBe("forbidden");
    await runWorker();
    expect((await shop.records()).commands).toEqual([]);
  });

  test.each<[string, (digest: string, expiresAt: Date) => unknown, string]>([
    ["without a signature", () => undefined, "ERR_SIGNATURE_NEEDED"],
    ["by somebody else's key", (digest, at) => bob.approval(digest, at, { approver: ada.email }), "ERR_SIGNATURE_WRONG"],
    ["by a key that nobody knows", (digest, at) => ada.approval(digest, at, {}, makeSigningKey(randomBytes(32))), "ERR_SIGNATURE_WRONG"],
    ["of another plan", (_digest, at) => ada.approval(`sha256:${"0".repeat(64)}`, at), "ERR_SIGNATURE_WRONG"],
    ["in somebody else's name", (digest, at) => ada.approval(digest, at, { approver: bob.email }), "ERR_SIGNATURE_WRONG"],
    ["that outlives the plan", (digest, at) => ada.approval(digest, new Date(at.getTime() + 1)), "ERR_SIGNATURE_WRONG"],
    ["that has expired", (digest) => ada.approval(digest, new Date(Date.now() - 1)), "ERR_SIGNATURE_WRONG"],
    ["with a member too many", (digest, at) => ada.approval(digest, at, { also: "everything" }), "ERR_SIGNATURE_WRONG"],
    [
      "of another type",
      (digest, at) => ({ ...ada.approval(digest, at), payloadType: "application/vnd.reliability.command+json" }),
      "ERR_SIGNATURE_WRONG",
    ],
    [
      "by two keys at once",
      (digest, at) => {
        const own = ada.approval(digest, at);
        return { ...own, signatures: [...own.signatures, ...own.signatures] };
      },
      "ERR_SIGNATURE_WRONG",
    ],
  ])("a yes %s does not count", async (_what, envelopeOf, code) => {
    const shop = await majorOrdered();
    const { digest, expiresAt } = await planOf(shop);
    const refusal = await refusalOf(approve(shop, ada, { envelope: envelopeOf(digest, expiresAt) }));
    expect({ kind: refusal.kind, code: refusal.details.code }).toEqual({ kind: "forbidden", code });
    expect((await shop.incident()).status).toBe("awaiting_approval");
    expect((await approve(shop, ada)).approvals).toEqual({ required: 2, given: 1 });
  });

  test("the author of the release does not sign, nor whoever ordered it", async () => {
    const dan = await Approver.make("dan", ["pay_admin"]);
    const shop = await makeShop({ releases: { "2.0.0": { fixes: [], author: ada.actor } } });
    await shop.live(1);
    const { id: incidentId } = await shop.incident();
    const order = { incidentId, action: "patch", version: "2.0.0", reason: "the vendor's new generation" };
    await runCommand(orderAction, { input: order, actor: dan.actor, now: new Date() });
    for (const person of [ada, dan]) expect((await refusalOf(approve(shop, person))).details.code).toBe("ERR_SECOND_PERSON");
    await approve(shop, bob);
    expect((await approve(shop, cleo)).status).toBe("healing");
  });
});

describe("what was agreed to may not drift", () => {
  test("another order voids the plan and its approvals, and the timeline says so", async () => {
    const shop = await majorOrdered();
    const first = await planOf(shop);
    await approve(shop, ada);
    const again = { incidentId: first.incidentId, action: "patch", version: "2.0.0", reason: "once more, with feeling" };
    await runCommand(orderAction, { input: again, actor: OPS, now: new Date() });
    const second = await planOf(shop);
    expect(second.digest).not.toBe(first.digest);
    const stale = {
      incidentId: first.incidentId,
      planDigest: first.digest,
      reason: "late",
      envelope: bob.approval(first.digest, first.expiresAt),
    };
    expect((await refusalOf(runCommand(approvePlan, { input: stale, actor: bob.actor, now: new Date() }))).kind).toBe("conflict");
    const { timeline, plans } = await shop.records();
    expect(timeline.at(-1)).toMatchObject({ kind: "plan_voided", data: { plan_digest: first.digest, approvals: 1 } });
    expect(plans.find(({ digest }) => digest === first.digest)?.status).toBe("void");
    expect((await approve(shop, bob)).approvals).toEqual({ required: 2, given: 1 });
  });

  test("a refused plan is over for good", async () => {
    const shop = await majorOrdered();
    await approve(shop, ada);
    const { incidentId, digest } = await planOf(shop);
    const input = { incidentId, planDigest: digest, reason: "the vendor withdrew it" };
    expect(await runCommand(refusePlan, { input, actor: bob.actor, now: new Date() })).toMatchObject({ status: "escalated" });
    expect((await refusalOf(approve(shop, cleo))).kind).toBe("conflict");
    expect((await shop.records()).timeline.map(({ kind }) => kind).slice(-2)).toEqual(["plan_refused", "plan_voided"]);
  });

  test("a key that is revoked after it signed: the signature counts no more, and the plan is decided anew", async () => {
    const eve = await Approver.make("eve");
    await inForce([eve], { signers: [ada, bob] });
    const shop = await majorOrdered();
    const { digest } = await planOf(shop);
    await approve(shop, eve);
    const { items } = await showApproverKeys(new Date());
    const id = items.find(({ approver }) => approver === eve.email)?.id;
    await runCommand(revokeKey, { input: { id, reason: "the laptop was stolen" }, actor: KEEPER, now: new Date() });
    expect((await approve(shop, ada)).approvals).toEqual({ required: 2, given: 1 });
    expect((await refusalOf(approve(shop, eve))).details.code).toBe("ERR_SIGNATURE_WRONG");
    await runWorker();
    const { plans, timeline } = await shop.records();
    expect(plans.find((plan) => plan.digest === digest)?.status).toBe("void");
    expect(timeline.find(({ kind }) => kind === "plan_lapsed")?.summary).toContain("revoked");
  });

  test("revoked between the last yes and the dispatch, nothing is sent", async () => {
    const eve = await Approver.make("eve");
    await inForce([eve], { signers: [ada, bob] });
    const shop = await majorOrdered();
    await approve(shop, eve);
    await approve(shop, ada);
    const { items } = await showApproverKeys(new Date());
    const id = items.find(({ approver, status }) => approver === eve.email && status === "active")?.id;
    await runCommand(revokeKey, { input: { id, reason: "the laptop was stolen" }, actor: KEEPER, now: new Date() });
    await runWorker();
    expect(await shop.attempt()).toMatchObject({ status: "failed", needsPerson: true });
    expect((await shop.records()).commands).toEqual([]);
  });
});

fiveCases({
  command: refusePlan,
  arrange: async () => {
    const { incidentId, digest } = await planOf(await majorOrdered());
    return { input: { incidentId, planDigest: digest, reason: "not today" }, actor: cleo.actor };
  },
  winners: 1,
  forbidden: personActor(["operator"]),
});
