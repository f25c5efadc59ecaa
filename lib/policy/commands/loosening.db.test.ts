import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { looseningApprovals, looseningRequests } from "@/db/schema/approvals";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { showPolicy, showSwitches } from "../queries";
import { approveLoosening } from "./approve-loosening";
import { changePolicy } from "./change-policy";
import { declineLoosening } from "./decline-loosening";
import { throwSwitch } from "./throw-switch";

const now = () => new Date();
const rita = steppedUp(personActor(["pay_admin", "security_admin"], undefined, "rita@center.test"));
const sam = steppedUp(personActor(["security_admin"], undefined, "sam@center.test"));
const KILL = { name: "kill_switch", scope: "global" } as const;

interface Asked {
  readonly request_id: string;
  readonly digest: string;
}
const flip = (input: object, actor: Actor = rita) => runCommand(throwSwitch, { input: { reason: "a drill", ...input }, actor, now: now() });
const askOff = async (place: object = KILL, actor: Actor = rita) => (await flip({ ...place, on: false }, actor)) as unknown as Asked;
const approve = ({ request_id, digest }: Asked, actor: Actor = sam, changes: object = {}) =>
  runCommand(approveLoosening, { input: { requestId: request_id, digest, reason: "checked", ...changes }, actor, now: now() });
const isKilled = async () => (await showSwitches(rita.tenants)).effective.kill_switch;

/** A kill switch that is on, and somebody who asked to turn it off. */
async function asked(): Promise<Asked> {
  await flip({ ...KILL, on: true });
  return askOff();
}
const stored = async ({ request_id }: Asked) =>
  read(rita.tenants, async (tx) => ({
    request: (await tx.select().from(looseningRequests).where(eq(looseningRequests.id, request_id)))[0],
    approvals: await tx.select().from(looseningApprovals).where(eq(looseningApprovals.requestId, request_id)),
  }));

beforeEach(async () => {
  if (await isKilled()) await approve(await askOff());
});

const situation = async (actor: Actor) => {
  const { request_id, digest } = await asked();
  return { input: { requestId: request_id, digest, reason: "checked" }, actor };
};
fiveCases({
  command: approveLoosening,
  arrange: () => situation(sam),
  winners: 1,
  forbidden: steppedUp(personActor(["pay_admin"], undefined, "olga@center.test")),
  works: async (result) => {
    expect(result).toMatchObject({ status: "executed", approvals: { required: 1, given: 1 } });
    expect(await isKilled()).toBe(false);
  },
});
fiveCases({
  command: declineLoosening,
  arrange: async () => ({ input: { requestId: (await asked()).request_id, reason: "not now" }, actor: sam }),
  winners: 1,
  works: async (result) => {
    expect(result).toMatchObject({ status: "declined" });
    expect(await isKilled()).toBe(true);
  },
});

describe("a request changes nothing, and says exactly what it would do", () => {
  test("the switch stays on; the request is in sight with digest, document and reason", async () => {
    const { request_id, digest } = await asked();
    expect(await isKilled()).toBe(true);
    const { requests, kill_switch } = await showSwitches(rita.tenants);
    expect(requests.find(({ id }) => id === request_id)).toMatchObject({
      digest,
      requested_by: rita.id,
      requester_proof: "token",
      reason: "a drill",
      document: { do: "switch_off", switch: "kill_switch", scope: "global", thrown_by: rita.id },
    });
    expect(kill_switch).toMatchObject({ on: true, set_by: rita.id, reason: "a drill" });
  });

  test("what is off is not asked off; what is no person cannot ask", async () => {
    expect((await refusalOf(askOff())).kind).toBe("conflict");
    await flip({ ...KILL, on: true });
    const machine: Actor = { kind: "system", id: "cli:root", email: null, roles: [], tenants: rita.tenants };
    expect((await refusalOf(askOff(KILL, machine))).details.code).toBe("ERR_SECOND_PERSON");
  });

  test("a changed policy that heals again is one request with all that changes", async () => {
    await flip({ ...KILL, on: true });
    const input = { changes: { autopatch_enabled: true, confidence_threshold: 0.77 }, reason: "the vendor fixed it" };
    const wish = (await runCommand(changePolicy, { input, actor: rita, now: now() })) as unknown as Asked;
    expect(await showPolicy(rita.tenants)).toMatchObject({ autopatch_enabled: false });
    expect(await approve(wish)).toMatchObject({ status: "executed" });
    expect(await showPolicy(rita.tenants)).toMatchObject({ autopatch_enabled: true, confidence_threshold: 0.77 });
  });

  test("SAFE_MODE of a tenant and a switch of a plugin take the same way", async () => {
    const plugin = await makePlugin((await makeTenant()).id);
    for (const place of [
      { name: "safe_mode", scope: "tenant", tenantId: plugin.tenantId },
      { name: "auto_heal_off_perf", scope: "plugin", targetId: plugin.id },
    ]) {
      await flip({ ...place, on: true });
      expect(await approve(await askOff(place))).toMatchObject({ status: "executed" });
    }
    const { items } = await showSwitches({ kind: "set", ids: [plugin.tenantId] });
    expect(items.map(({ on }) => on)).toEqual([false, false]);
  });
});

describe("safety 4: the second person is another person", () => {
  test.each([
    ["the requester", rita],
    ["the requester by another spelling", steppedUp(personActor(["security_admin"], undefined, "RITA@Center.test"))],
    [
      "the requester by another token and other roles",
      steppedUp(personActor(["security_admin", "approver"], undefined, "rita@center.test")),
    ],
  ])("%s does not approve: 403, and the count is unchanged", async (_who, actor) => {
    const wish = await asked();
    expect(await refusalOf(approve(wish, actor))).toMatchObject({ kind: "forbidden", details: { code: "ERR_SECOND_PERSON" } });
    expect((await stored(wish)).approvals).toEqual([]);
    expect(await isKilled()).toBe(true);
  });

  test("somebody of other tenants sees no request of these", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const place = { name: "safe_mode", scope: "tenant", tenantId: own.id };
    await flip({ ...place, on: true });
    const wish = await askOff(place);
    const theirs = steppedUp(personActor(["security_admin"], [other.id], "tom@shop.test"));
    expect((await refusalOf(approve(wish, theirs))).kind).toBe("not-found");
    expect(JSON.stringify(await showSwitches(theirs.tenants))).not.toContain(own.id);
  });

  test("who acts for some tenants does not loosen what holds for all", async () => {
    const wish = await asked();
    const some = steppedUp(personActor(["security_admin"], ["00000000-0000-0000-0000-000000000000"], "tim@shop.test"));
    expect((await refusalOf(approve(wish, some))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  });

  test("without a fresh second factor nothing happens", async () => {
    const wish = await asked();
    const plain = personActor(["security_admin"], undefined, "sam@center.test");
    expect((await refusalOf(approve(wish, plain))).details.code).toBe("ERR_STEP_UP");
    const stale: Actor = { ...plain, proof: { authTime: new Date(Date.now() - 301_000), amr: ["otp"] } };
    expect((await refusalOf(approve(wish, stale))).details.code).toBe("ERR_STEP_UP");
    expect(await isKilled()).toBe(true);
  });

  test("what was asked in a browser counts once its person entered a code for it", async () => {
    await flip({ ...KILL, on: true });
    const wish = await askOff(KILL, personActor(["pay_admin"], undefined, "bea@center.test"));
    expect((await showSwitches(rita.tenants)).requests[0]).toMatchObject({ requester_proof: "waiting" });
    expect(await refusalOf(approve(wish))).toMatchObject({ kind: "conflict", details: { code: "ERR_STEP_UP" } });
    expect(await isKilled()).toBe(true);
  });
});

describe("safety 3: what drifted is void", () => {
  test("another digest is a conflict", async () => {
    const wish = await asked();
    expect((await refusalOf(approve(wish, sam, { digest: `sha256:${"0".repeat(64)}` }))).kind).toBe("conflict");
    expect(await isKilled()).toBe(true);
  });

  test.each([
    ["one byte of what is stored", `jsonb_set(document, '{thrown_by}', '"person:rita@center.tesu"')`],
    ["another switch", `jsonb_set(document, '{switch}', '"safe_mode"')`],
    ["more time", `jsonb_set(document, '{expires_at}', '"2999-01-01T00:00:00.000Z"')`],
  ])("%s changed underneath: void, audited, and never executed", async (_what, expression) => {
    const wish = await asked();
    const owner = openAs("owner");
    await owner.unsafe(`update loosening_requests set document = ${expression} where id = '${wish.request_id}'`);
    await owner.end();
    expect(await approve(wish)).toMatchObject({
      status: "void",
      why: expect.stringContaining("not what was asked for"),
      approvals: { given: 0 },
    });
    expect(await stored(wish)).toMatchObject({ request: { status: "void" }, approvals: [] });
    expect(await isKilled()).toBe(true);
    expect((await refusalOf(approve(wish))).kind).toBe("conflict");
  });

  test("a changed policy voids it", async () => {
    const wish = await asked();
    await runCommand(changePolicy, { input: { changes: { health_check_seconds: 61 } }, actor: rita, now: now() });
    expect(await approve(wish)).toMatchObject({ status: "void", why: "the policy changed since" });
    expect(await isKilled()).toBe(true);
  });

  test("thrown again, the request is void at once", async () => {
    const wish = await asked();
    await flip({ ...KILL, on: true, reason: "worse than we thought" }, sam);
    expect((await stored(wish)).request).toMatchObject({ status: "void", settledBy: sam.id });
    expect((await refusalOf(approve(wish))).kind).toBe("conflict");
    expect(await isKilled()).toBe(true);
  });

  test("by hand, through the break-glass role, it drifts too", async () => {
    const tenant = await makeTenant();
    const place = { name: "safe_mode", scope: "tenant", tenantId: tenant.id };
    await flip({ ...place, on: true });
    const wish = await askOff(place);
    const hand = openAs("breakglass");
    await hand`update safety_switches set set_at = now() + interval '1 minute', reason = 'again' where tenant_id = ${tenant.id}`;
    await hand.end();
    expect(await approve(wish)).toMatchObject({ status: "void", why: "the switch was thrown again since" });
  });

  test("after four hours it is over", async () => {
    const wish = await asked();
    const later = new Date(Date.now() + LIMITS.looseningLifeSeconds * 1_000);
    const input = { requestId: wish.request_id, digest: wish.digest, reason: "late" };
    const actor: Actor = { ...sam, proof: { authTime: later, amr: ["otp"] } };
    expect(await runCommand(approveLoosening, { input, actor, now: later })).toMatchObject({ status: "void", why: "it expired" });
    expect((await showSwitches(rita.tenants, later)).requests.map(({ id }) => id)).not.toContain(wish.request_id);
  });

  test("two who agree at once, it is executed once", async () => {
    const wish = await asked();
    const people = Array.from({ length: 4 }, () => steppedUp(personActor(["security_admin"], undefined, `${randomUUID()}@center.test`)));
    const outcomes = await Promise.allSettled(people.map((person) => approve(wish, person)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await stored(wish)).approvals).toHaveLength(1);
  });

  test("two requests for one switch: with the first executed the other is void", async () => {
    const wish = await asked();
    const other = await askOff(KILL, steppedUp(personActor(["pay_admin"], undefined, "olga@center.test")));
    await approve(wish);
    expect(await approve(other)).toMatchObject({ status: "void" });
  });
});
