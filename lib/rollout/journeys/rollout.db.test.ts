import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { endFreeze } from "@/lib/policy/calendar/commands/end-freeze";
import { setCalendar } from "@/lib/policy/calendar/commands/set-calendar";
import { startFreeze } from "@/lib/policy/calendar/commands/start-freeze";
import { showCalendars } from "@/lib/policy/calendar/queries-calendars";
import { approveLoosening } from "@/lib/policy/commands/approve-loosening";
import { changePolicy } from "@/lib/policy/commands/change-policy";
import { showPolicy } from "@/lib/policy/queries";
import { abortRollout } from "@/lib/rollout/commands/waves/abort-rollout";
import { pauseRollout } from "@/lib/rollout/commands/waves/pause-rollout";
import { promoteRollout } from "@/lib/rollout/commands/waves/promote-rollout";
import { resumeRollout } from "@/lib/rollout/commands/waves/resume-rollout";
import { startRollout } from "@/lib/rollout/commands/waves/start-rollout";
import { followRecalls } from "@/lib/rollout/jobs/follow-recalls";
import { advanceRollouts } from "@/lib/rollout/jobs/waves/advance-rollouts";
import { readRollout } from "@/lib/rollout/waves/queries-rollouts";
import { promoteDigest, resumeDigest, startDigest } from "@/lib/rollout/waves/rollout-digests";
import { personActor, steppedUp } from "@/test/actors";
import type { VersionBehaviour } from "@/test/fake-agent";
import { refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { publishRelease } from "@/test/loop/publish-release";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

// Whole fleets live through many rounds here, whatever else the machine is doing.
vi.setConfig({ testTimeout: 120_000 });
stopTime();
beforeAll(() => setPolicy());

const OTHER = steppedUp(personActor(["pay_admin"], undefined, "other@center.test"));
const STARTER = steppedUp(OPS);
const REASON = "planned for this week";
/** Waves that need minutes instead of weeks. */
const SHORT = ["whitelist", "fifth", "half", "all"].map((name) => ({ name, bakeSeconds: 60 }));

interface Fleet {
  readonly shops: readonly Shop[];
  readonly pluginKey: string;
  readonly releaseId: string;
}

/** Shops on 1.2.2 with some traffic behind them, and a release 1.3.0. */
async function makeFleet(size: number, release: (shop: number) => VersionBehaviour): Promise<Fleet> {
  const pluginKey = `wave-${randomUUID().slice(0, 8)}`;
  const shops: Shop[] = [];
  for (let index = 0; index < size; index += 1) {
    const behaviours = { "1.2.2": { failShare: 0, webhooks: 60 }, "1.3.0": { webhooks: 60, ...release(index) } };
    shops.push(await makeShop({ pluginKey, behaviours, releases: index === 0 ? { "1.2.2": { fixes: [] } } : {} }));
  }
  await live(shops, 8);
  const { id } = await publishRelease(pluginKey, "1.3.0", { fixes: [] });
  return { shops, pluginKey, releaseId: id };
}

/** Beats a period apart, with rounds of every worker loop after each. */
async function live(shops: readonly Shop[], beats: number): Promise<void> {
  for (let count = 0; count < beats; count += 1) {
    passSeconds(15);
    for (const shop of shops) await shop.agent.beat();
    passSeconds(4);
    await advanceRollouts("worker:one", systemClock);
    await followRecalls(new Date());
    await runWorker();
  }
}

const start = ({ releaseId, pluginKey }: Fleet, actor = STARTER, overrides: unknown = SHORT) =>
  runCommand(startRollout, { input: { releaseId, confirm: `${pluginKey} 1.3.0`, reason: REASON, overrides }, actor, now: new Date() });

async function show(id: string) {
  const rollout = await readRollout(scopeFor("operate"), id, new Date());
  if (!rollout) throw new Error(`no rollout ${id}`);
  return rollout;
}

async function until(fleet: Fleet, id: string, isMet: (rollout: Awaited<ReturnType<typeof show>>) => boolean, rounds = 60) {
  for (let round = 0; round < rounds; round += 1) {
    const rollout = await show(id);
    if (isMet(rollout)) return rollout;
    await live(fleet.shops, 1);
  }
  const { state, waits_for, waves, counts } = await show(id);
  throw new Error(
    `${rounds} rounds later: ${state} ${waits_for} ${JSON.stringify(counts)} ${JSON.stringify(waves.map(({ verdict }) => verdict))}`,
  );
}
const versions = ({ shops }: Fleet) => shops.map(({ agent }) => agent.version);

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

describe("calendars", () => {
  test("a merchant's hours and another's freeze hold their shops, say so, and let go of them", async () => {
    const fleet = await makeFleet(2, () => ({}));
    const [asleep = "", frozen = ""] = fleet.shops.map(({ tenantId }) => tenantId);
    const hours = (quiet: unknown) =>
      runCommand(setCalendar, {
        input: { tenantId: asleep, timeZone: "America/New_York", windows: [], quiet, reason: "its own wish" },
        actor: OPS,
        now: new Date(),
      });
    await hours([{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 24 }]);
    const endsAt = new Date(Date.now() + 7 * 24 * 60 * 60 * 1_000).toISOString();
    const stop = { scope: "tenant", tenantId: frozen, endsAt, reason: "its sales begin" };
    const freeze = await runCommand(startFreeze, { input: stop, actor: OPS, now: new Date() });
    const { id } = await start(fleet);
    const held = await until(fleet, id, ({ state }) => state === "holding");
    expect(held.waits_for).toEqual(expect.arrayContaining(["window", "freeze"]));
    const heldUp = async () => (await showCalendars(scopeFor("operate"), new Date())).held_up.filter(({ rollout_id }) => rollout_id === id);
    expect((await heldUp())[0]?.shops.map(({ tenant_id, held_by }) => [tenant_id, held_by])).toEqual(
      expect.arrayContaining([
        [asleep, "window"],
        [frozen, "freeze"],
      ]),
    );
    await hours([]);
    await until(fleet, id, ({ counts }) => counts.proven === 1);
    expect(versions(fleet)).toEqual(["1.3.0", "1.2.2"]);
    expect((await heldUp())[0]).toMatchObject({ count: 1, shops: [{ tenant_id: frozen }] });

    const reason = "the sales are over";
    const asked = await runCommand(endFreeze, { input: { freezeId: freeze.id, reason }, actor: steppedUp(OPS), now: new Date() });
    const second = steppedUp(personActor(["security_admin"], undefined, "sam@center.test"));
    if (!("request_id" in asked)) throw new Error("a freeze is ended by two");
    const agreed = { requestId: asked.request_id, digest: asked.digest, reason };
    await runCommand(approveLoosening, { input: agreed, actor: second, now: new Date() });
    await until(fleet, id, ({ counts }) => counts.proven === 2);
    expect(await heldUp()).toEqual([]);
  });

  test("a rollout bakes as the policy said when it began; to bake shorter, two people are needed", async () => {
    const fleet = await makeFleet(1, () => ({}));
    const change = { changes: { bake_half_days: 3 }, reason: "the vendor is known" };
    const asked = await runCommand(changePolicy, { input: change, actor: steppedUp(OPS), now: new Date() });
    if (!("request_id" in asked)) throw new Error("nobody lets a release bake shorter alone");
    const { id } = await start(fleet, STARTER, []);
    const second = steppedUp(personActor(["security_admin"], undefined, "sam@center.test"));
    const agreed = { requestId: asked.request_id, digest: asked.digest, reason: "known to me, too" };
    expect(await runCommand(approveLoosening, { input: agreed, actor: second, now: new Date() })).toMatchObject({ status: "executed" });
    expect(await showPolicy(OPS.tenants)).toMatchObject({ bake_whitelist_days: 7, bake_half_days: 3 });
    const DAY = 24 * 60 * 60;
    const bakes = async () => (await show(id)).waves.map(({ bake_seconds }) => bake_seconds / DAY);
    expect(await bakes()).toEqual([7, 14, 14, 0]);
    await setPolicy();
    expect(await bakes()).toEqual([7, 14, 14, 0]);
  });
});
