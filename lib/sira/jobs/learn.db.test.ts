import { beforeAll, describe, expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { promoteModel } from "@/lib/sira/commands/promote-model";
import { rollBackModel } from "@/lib/sira/commands/roll-back-model";
import { setHoldout } from "@/lib/sira/commands/set-holdout";
import { stopHoldout } from "@/lib/sira/commands/stop-holdout";
import { storeModel } from "@/lib/sira/commands/store-model";
import { learn } from "@/lib/sira/jobs/learn";
import { fitModel } from "@/lib/sira/learning/fit-model";
import { judgeCandidate } from "@/lib/sira/learning/judge-candidate";
import { readLearningRows } from "@/lib/sira/learning/queries-learning";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { readInForce } from "@/lib/sira/queries-model";
import { walkDecisions } from "@/lib/sira/replay/queries-replay";
import { travel } from "@/lib/sira/replay/queries-time-machine";
import { replayDecision } from "@/lib/sira/replay/replay-decision";
import { personActor } from "@/test/actors";
import { refusalOf } from "@/test/five-cases";
import { livedBy } from "@/test/fixtures/learning-rows";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { endLeases } from "@/test/loop/worker";

const SYSTEM = { kind: "system", id: "system:sira", email: null, roles: [], tenants: scopeFor("operate") } as const;
const now = () => new Date();
const rowsNow = () => read(scopeFor("operate"), (tx) => readLearningRows(tx, now()));
const rowsOf = async (shop: Shop) => (await rowsNow()).filter(({ tenantId }) => tenantId === shop.tenantId);
const round = async () => {
  await endLeases();
  return learn("learner", systemClock);
};

stopTime();
beforeAll(() => setPolicy());

/** A shop that was healed by 1.2.3 and whose watch has just begun. */
async function healed(): Promise<Shop> {
  const shop = await makeShop();
  await shop.live(1);
  await shop.until("it is resolved", ({ incidents }) => incidents[0]?.status === "resolved");
  return shop;
}

describe("what becomes of a success", () => {
  test("it is one only when its watch, as it was when it began, has passed", async () => {
    const shop = await healed();
    const { feedback } = await shop.records();
    expect(feedback).toMatchObject([
      { outcome: "fixed", watch: { seconds: LIMITS.siraWatchSeconds, disk_version: "1.2.3", running_version: "1.2.3" } },
    ]);
    expect(await rowsOf(shop)).toEqual([]);
    passSeconds(LIMITS.siraWatchSeconds);
    expect(await rowsOf(shop)).toMatchObject([
      { outcome: "fixed", decision: { action: "patch" }, request: { incident: { signature: "webhook_fail_rate" } } },
    ]);
  });

  test("a drift of what is installed voids it", async () => {
    const shop = await healed();
    shop.agent.version = "1.2.2";
    await shop.live(1);
    await round();
    passSeconds(LIMITS.siraWatchSeconds);
    const { feedback } = await shop.records();
    expect(feedback.map(({ outcome }) => outcome)).toContain("inconclusive");
    expect(await rowsOf(shop)).toMatchObject([{ outcome: "inconclusive" }]);
  });
});

test("people who were told are labelled by whether the trouble was over within the watch", async () => {
  const shop = await makeShop({ releases: { "1.2.2": { fixes: [] } } });
  await shop.live(1);
  expect((await shop.records()).decisions).toMatchObject([{ decision: { action: "notify" } }]);
  expect((await shop.records()).feedback).toEqual([]);
  passSeconds(LIMITS.siraWatchSeconds);
  await round();
  await round();
  expect((await shop.records()).feedback).toMatchObject([{ outcome: "not_fixed", attemptId: null }]);
});

describe("models", () => {
  const rows = livedBy(MODEL_V0, (_type, action) => (action === "patch" ? 0.9 : 0.4), 200);
  const { model, settings, logLoss } = fitModel(rows, MODEL_V0);
  const trained = { rows: rows.length, from: null, to: null, log_loss: logLoss, settings };
  const shadow = judgeCandidate(rows, MODEL_V0, MODEL_V0);
  const run = <Input>(command: Parameters<typeof runCommand>[0], input: Input, actor = OPS) =>
    runCommand(command, { input, actor, now: now() });

  test("one that is not named after its content is not kept", async () => {
    const forged = { ...model, calibration: { slope: 3, shift: 3 } };
    expect(await refusalOf(run(storeModel, { model: forged, trained, shadow }, SYSTEM))).toMatchObject({ kind: "invalid" });
    expect(await refusalOf(run(storeModel, { model, trained, shadow }))).toMatchObject({ kind: "forbidden" });
  });

  test("kept is not in force; an approver promotes, an operator goes back", async () => {
    await run(storeModel, { model, trained, shadow }, SYSTEM);
    expect((await readInForce()).model.version).toBe("sira-v0");
    const wish = { version: model.version, from: "sira-v0", reason: "shown to be no worse" };
    expect(await refusalOf(run(promoteModel, wish, personActor(["operator"])))).toMatchObject({ kind: "forbidden" });
    expect(await refusalOf(run(promoteModel, wish, personActor(["approver"], ["00000000-0000-4000-8000-00000000000b"])))).toMatchObject({
      kind: "forbidden",
    });
    expect(await refusalOf(run(promoteModel, { ...wish, from: "sira-else" }))).toMatchObject({ kind: "conflict" });
    const both = await Promise.allSettled([run(promoteModel, wish), run(promoteModel, wish)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await readInForce()).model).toEqual(model);

    const shop = await makeShop();
    await shop.beatAndDecide();
    const [stored] = (await shop.records()).decisions;
    expect(stored?.decision.model_version).toBe(model.version);
    if (!stored) throw new Error("nothing was decided");
    expect(replayDecision(stored, model)).toEqual({ outcome: "same", checked: ["decision", "permit"] });

    await run(rollBackModel, { from: model.version, reason: "too bold" }, personActor(["operator"]));
    expect((await readInForce()).model.version).toBe("sira-v0");
    expect(await refusalOf(run(rollBackModel, { from: "sira-v0", reason: "again" }))).toMatchObject({ kind: "conflict" });
  });

  test("the holdout is off, bounded, and stops for good until a person starts it again", async () => {
    expect((await readInForce()).holdoutShare).toBe(0);
    expect(await refusalOf(run(setHoldout, { share: 0.2, reason: "curious" }))).toMatchObject({ kind: "invalid" });
    await run(setHoldout, { share: 0.05, reason: "what does it bring?" });
    expect((await readInForce()).holdoutShare).toBe(0.05);
    await run(stopHoldout, { reason: "it is known" }, SYSTEM);
    expect((await readInForce()).holdoutShare).toBe(0);
    expect(await refusalOf(run(stopHoldout, { reason: "it is known" }, SYSTEM))).toMatchObject({ kind: "conflict" });
    await run(setHoldout, { share: 0, reason: "done" });
  });
});

describe("the time machine", () => {
  test("it lists what would have been otherwise with what really happened, for the asker's tenants alone", async () => {
    const [own, other] = [await healed(), await healed()];
    const scope = { kind: "set", ids: [own.tenantId] } as const;
    const strict = await travel(scope, { days: 1, policy: { confidence_threshold: 0.99 } }, now());
    expect(strict).toMatchObject({ replayed: 1, differing: 1, is_cut: false, moves: [{ move: "patch auto → patch approval", count: 1 }] });
    expect(strict.items).toMatchObject([
      {
        tenant_id: own.tenantId,
        was: { permit: "auto" },
        would: { permit: "approval", stopped_by: ["confidence"] },
        really: { attempt: { status: "success" }, outcome: null },
      },
    ]);
    expect(await travel(scope, { days: 1, policy: { severity_threshold: "high" } }, now())).toMatchObject({
      replayed: 1,
      differing: 0,
      items: [],
    });
    expect(
      (await travel(scopeFor("operate"), { days: 1, policy: { confidence_threshold: 0.99 } }, now())).items.map(
        ({ tenant_id }) => tenant_id,
      ),
    ).toContain(other.tenantId);
    expect(await refusalOf(travel(scope, { days: 1, policy: {}, model_version: "sira-none" }, now()))).toMatchObject({ kind: "invalid" });
  });

  test("everything these tests decided comes out again", async () => {
    const outcomes: string[] = [];
    await walkDecisions(scopeFor("operate"), { days: 1 }, now(), async (rows) => {
      for (const row of rows) outcomes.push(replayDecision(row, row.decision.model_version === "sira-v0" ? MODEL_V0 : null).outcome);
    });
    expect(outcomes.length).toBeGreaterThan(4);
    expect(outcomes).not.toContain("different");
  });
});
