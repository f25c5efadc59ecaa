import { beforeAll, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { promoteAutonomyDigest } from "@/lib/policy/autonomy/autonomy-digest";
import { promoteAutonomy } from "@/lib/policy/autonomy/commands/promote-autonomy";
import { requireAutonomy } from "@/lib/policy/autonomy/commands/require-autonomy";
import { listAutonomy } from "@/lib/policy/autonomy/queries-autonomy";
import { personActor, steppedUp } from "@/test/actors";
import { makeAttempt, makeIncident } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { asOwner } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy());
const OTHER = personActor(["pay_admin"], undefined, "other@center.test");
const FIRST = steppedUp(OPS);
const reason = "they were all kept";

const promote = (shop: Shop, actor = FIRST) =>
  runCommand(promoteAutonomy, { input: { tenantId: shop.tenantId, action: "patch", reason }, actor, now: new Date() });
const require = (shop: Shop) =>
  runCommand(requireAutonomy, {
    input: { tenantId: shop.tenantId, action: "patch", reason },
    actor: OPS,
    now: new Date(Date.now() - 60_000),
  });
const stateOf = async (shop: Shop) => (await listAutonomy({ kind: "set", ids: [shop.tenantId] }, new Date())).items[0];

/** As many patches of the past as were kept here. */
async function keepAll(shop: Shop, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const incident = await makeIncident({ id: shop.agent.id, tenantId: shop.tenantId } as never, { status: "resolved" } as never);
    await makeAttempt(incident, {
      status: "success",
      phase: "done",
      finishedAt: new Date(),
      createdAt: new Date(Date.now() - 48 * 60 * 60 * 1_000),
    });
  }
}

test("asked about until it is earned, promoted by two, and demoted by the first failure in the same transaction", async () => {
  const shop = await makeShop();
  expect(await refusalOf(promote(shop))).toMatchObject({ kind: "conflict" });
  await require(shop);
  await shop.beatAndDecide();
  expect(await shop.incident()).toMatchObject({ status: "awaiting_approval", permit: { kind: "approval" } });
  expect((await shop.incident()).permit?.gates.find(({ gate }) => gate === "autonomy")).toMatchObject({ passed: false });
  expect(await refusalOf(promote(shop))).toMatchObject({ kind: "conflict", message: expect.stringContaining("more attempts") });

  const other = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { failShare: 1 } } });
  await require(other);
  await keepAll(other, LIMITS.autonomyKept);
  const since = new Date((await stateOf(other))?.since ?? "");
  const digest = promoteAutonomyDigest({ tenantId: other.tenantId, action: "patch", since });
  const unproven = { kind: "forbidden", details: { code: "ERR_STEP_UP", digest } };
  expect((await stateOf(other))?.digest).toBe(digest);
  expect(await refusalOf(promote(other, OPS))).toMatchObject(unproven);
  expect(await promote(other)).toMatchObject({ level: "approval", approvals: { required: 2, given: 1 } });
  expect(await refusalOf(promote(other))).toMatchObject({ kind: "forbidden", details: { code: "ERR_SECOND_PERSON" } });
  expect(await stateOf(other)).toMatchObject({ asked_by: OPS.id, promoted_by: null, kept: LIMITS.autonomyKept, may_promote: true });
  expect(await refusalOf(promote(other, OTHER))).toMatchObject(unproven);
  expect(await promote(other, steppedUp(OTHER))).toMatchObject({ level: "earned" });
  expect(await stateOf(other)).toMatchObject({ level: "earned", asked_by: null, promoted_by: [OPS.id, OTHER.id], demoted_by: null });

  const records = await other.until("the bad patch was rolled back", ({ attempts }) =>
    attempts.some(({ status }) => status === "rolled_back"),
  );
  expect(await stateOf(other)).toMatchObject({ level: "approval", kept: 0, updated_by: "system:rollout", demoted_by: "system:rollout" });
  expect((await stateOf(other))?.demoted_reason).toBeTruthy();
  const [ending] = records.audit.filter(
    ({ command, after }) => command === "attempt.advance" && JSON.stringify(after).includes("rolled_back"),
  );
  const rows =
    await asOwner()`select xmin::text = (select xid::text::bigint % 4294967296 from audit_entries where id = ${ending?.id ?? ""})::text as same from earned_autonomy where tenant_id = ${other.tenantId}`;
  expect(rows).toMatchObject([{ same: true }]);
});
