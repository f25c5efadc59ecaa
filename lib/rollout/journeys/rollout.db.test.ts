import { beforeAll, describe, expect, test, vi } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { abortRollout } from "@/lib/rollout/commands/waves/abort-rollout";
import { pauseRollout } from "@/lib/rollout/commands/waves/pause-rollout";
import { promoteRollout } from "@/lib/rollout/commands/waves/promote-rollout";
import { resumeRollout } from "@/lib/rollout/commands/waves/resume-rollout";
import { startRollout } from "@/lib/rollout/commands/waves/start-rollout";
import { promoteDigest, resumeDigest, startDigest } from "@/lib/rollout/waves/rollout-digests";
import { personActor, steppedUp } from "@/test/actors";
import { refusalOf } from "@/test/five-cases";
import { OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { live, makeFleet, REASON, STARTER, show, start, until, versions } from "@/test/loop/wave-fleet";
import { runWorker } from "@/test/loop/worker";

// Whole fleets live through many rounds here, whatever else the machine is doing.
vi.setConfig({ testTimeout: 120_000 });
stopTime();
beforeAll(() => setPolicy());

const OTHER = steppedUp(personActor(["pay_admin"], undefined, "other@center.test"));

describe("a good release", () => {
  test("reaches everybody unattended, and says what each wave proved", async () => {
    const fleet = await makeFleet(9, () => ({}));
    const { id, waves } = await start(fleet);
    expect(waves.map(({ members }) => members)).toEqual([5, 0, 0, 4]);
    let most = 0;
    const done = await until(fleet, id, (rollout) => {
      most = Math.max(most, rollout.counts.updating);
      return rollout.state === "completed";
    });
    expect(most).toBeLessThanOrEqual(4);
    expect(versions(fleet)).toEqual(Array(9).fill("1.3.0"));
    expect(done.counts).toMatchObject({ proven: 9, planned: 0, rolled_back: 0 });
    expect(done.waves[0]).toMatchObject({
      proven_by: "system:rollout",
      verdict: { decision: "commit", unproven: { excess: expect.any(Number) } },
    });
    expect(done.rehearsals).toMatchObject([{ from_version: "1.2.2", passed: true, undo_token: expect.stringContaining("sha256:") }]);
    for (const shop of fleet.shops) {
      const { attempts, feedback } = await shop.records();
      expect(attempts).toMatchObject([{ status: "success", incidentId: null, rolloutId: id, isAutomatic: true }]);
      expect(feedback).toEqual([]);
    }
  });
});

describe("a shop that reports too rarely", () => {
  test("goes back, says nothing of the release, and is tried again", async () => {
    const fleet = await makeFleet(2, () => ({}));
    const { id } = await start(fleet);
    await until(fleet, id, ({ left_running }) => left_running.applied > 0);
    const rare = fleet.shops.find(({ agent }) => agent.version === "1.3.0") as Shop;
    for (const seconds of [25, 25]) {
      passSeconds(seconds);
      await rare.agent.beat();
    }
    passSeconds(15);
    await runWorker();
    await live(fleet.shops, 1);
    expect((await rare.records()).attempts[0]).toMatchObject({
      status: "rolled_back",
      healthReport: { decision: "rollback", isHarm: false, reasons: ["2 reports of 1.3.0, 3 are needed"] },
    });
    const kept = await until(fleet, id, ({ counts }) => counts.proven > 0);
    expect(kept.counts).toMatchObject({ rolled_back: 0, failed: 0 });
    expect(kept.ends.decision).toBe("calm");
    await until(fleet, id, () => rare.agent.version === "1.3.0");
  });
});

describe("a bad release", () => {
  test("totally broken everywhere: it is halted in its first wave, undone, and never installed again", async () => {
    const fleet = await makeFleet(6, () => ({ failShare: 1 }));
    const { id } = await start(fleet);
    const halted = await until(fleet, id, ({ state }) => state === "recalled", 80);
    expect(halted.state_reason).toContain("harm is shown");
    expect(halted.wave).toBe(0);
    await live(fleet.shops, 12);
    expect(versions(fleet)).toEqual(Array(6).fill("1.2.2"));
    expect(await show(id)).toMatchObject({ recall: { left_on_bad: 0, needs_person: 0 } });
    const hit = fleet.shops.filter(({ agent }) => agent.obeyed.some(({ type }) => type === "update")).length;
    expect(hit).toBeLessThanOrEqual(2);
    expect(await refusalOf(start(fleet))).toMatchObject({ kind: "conflict" });
  });
});

describe("an agent that refuses", () => {
  test("is counted by itself with its own word: no harm, no evidence, and the others go on", async () => {
    const fleet = await makeFleet(3, (shop) => (shop === 0 ? { onUpdate: "refuses" } : {}));
    const { id } = await start(fleet);
    await until(fleet, id, ({ counts }) => counts.refused === 1 && counts.proven === 2);
    const done = await until(fleet, id, ({ waves }) => waves[0]?.verdict?.unproven.missingPlugins === 0);
    expect(done.counts).toMatchObject({ rolled_back: 0, failed: 0, planned: 0 });
    expect(done.members[0]).toMatchObject({ plugin_id: fleet.shops[0]?.agent.id, state: "refused", why: "refused:busy" });
    expect(done.ends).toMatchObject({ decision: "calm" });
  });
});

describe("people", () => {
  test("author and starter are no second pair of eyes; the name is typed; one rollout a plugin", async () => {
    const fleet = await makeFleet(3, () => ({}));
    const vendor = personActor(["pay_admin"], undefined, "vendor@plugins.test");
    expect((await refusalOf(start(fleet, OPS, []))).details).toEqual({ code: "ERR_STEP_UP", digest: startDigest(fleet.releaseId) });
    expect(await refusalOf(start(fleet, vendor))).toMatchObject({ kind: "forbidden", details: { code: "ERR_SECOND_PERSON" } });
    const untyped = { releaseId: fleet.releaseId, confirm: "yes", reason: REASON };
    expect(await refusalOf(runCommand(startRollout, { input: untyped, actor: STARTER, now: new Date() }))).toMatchObject({
      kind: "invalid",
    });
    const { id } = await start(fleet, STARTER, []);
    expect(await refusalOf(start(fleet))).toMatchObject({ kind: "conflict" });
    await live(fleet.shops, 1);
    const promote = (actor: typeof OPS, wave = 0) =>
      runCommand(promoteRollout, {
        input: { rolloutId: id, wave, confirm: `${fleet.pluginKey} 1.3.0`, reason: "the vendor tested it for a month" },
        actor,
        now: new Date(),
      });
    expect(await refusalOf(promote(OPS))).toMatchObject({ kind: "forbidden", details: { code: "ERR_SECOND_PERSON" } });
    const bare = personActor(["pay_admin"], undefined, "other@center.test");
    expect((await refusalOf(promote(bare))).details).toEqual({ code: "ERR_STEP_UP", digest: promoteDigest(id, 0) });
    expect(await promote(OTHER)).toMatchObject({ wave: 1 });
    expect(await refusalOf(promote(OTHER))).toMatchObject({ kind: "conflict" });
    expect((await show(id)).waves[0]).toMatchObject({
      proven_by: "person:other@center.test",
      proven_reason: expect.stringContaining("month"),
    });
  });

  test("pause leaves what is applied to its end and says so; resume goes on; abort takes back what was installed", async () => {
    const fleet = await makeFleet(4, () => ({}));
    const { id } = await start(fleet);
    await until(fleet, id, ({ left_running }) => left_running.applied > 0);
    const pause = () => runCommand(pauseRollout, { input: { rolloutId: id, reason: "a call" }, actor: OPS, now: new Date() });
    expect(await pause()).toMatchObject({ state: "paused", left_running: { applied: 1, on_the_way: 0 } });
    expect(await refusalOf(pause())).toMatchObject({ kind: "conflict" });
    await live(fleet.shops, 12);
    expect(await show(id)).toMatchObject({ state: "paused", left_running: { applied: 0, on_the_way: 0 } });
    expect(versions(fleet).filter((version) => version === "1.3.0")).toHaveLength(1);

    const input = { rolloutId: id, confirm: `${fleet.pluginKey} 1.3.0`, reason: "the call is over" };
    const resume = (actor: typeof OPS) => runCommand(resumeRollout, { input, actor, now: new Date() });
    expect((await refusalOf(resume(OPS))).details).toEqual({ code: "ERR_STEP_UP", digest: resumeDigest(id, 0) });
    await resume(OTHER);
    await until(fleet, id, ({ counts }) => counts.proven >= 2);
    await runCommand(abortRollout, { input: { rolloutId: id, reason: "not this week" }, actor: OPS, now: new Date() });
    await live(fleet.shops, 12);
    expect(versions(fleet)).toEqual(Array(4).fill("1.2.2"));
    expect(await show(id)).toMatchObject({ state: "aborted", recall: { kind: "abort", left_on_bad: 0 } });
  });

  test("what a second rollout of the same release installs rightly stays, whatever the first one's abort took back", async () => {
    const fleet = await makeFleet(1, () => ({}));
    const first = await start(fleet);
    await until(fleet, first.id, ({ left_running }) => left_running.applied > 0);
    await runCommand(abortRollout, { input: { rolloutId: first.id, reason: "not now" }, actor: OPS, now: new Date() });
    await live(fleet.shops, 6);
    expect(versions(fleet)).toEqual(["1.2.2"]);
    const second = await start(fleet);
    await until(fleet, second.id, ({ counts }) => counts.proven === 1);
    await live(fleet.shops, 6);
    expect(versions(fleet)).toEqual(["1.3.0"]);
    expect(await show(first.id)).toMatchObject({ recall: { kind: "abort", left_on_bad: 0, undoing: 0, undone: 0, needs_person: 0 } });
  });
});
