import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { auditEntries } from "@/db/schema/spine";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { endFreeze } from "@/lib/policy/calendar/commands/end-freeze";
import { setCalendar } from "@/lib/policy/calendar/commands/set-calendar";
import { startFreeze } from "@/lib/policy/calendar/commands/start-freeze";
import { showCalendars } from "@/lib/policy/calendar/queries-calendars";
import { approveLoosening } from "@/lib/policy/commands/approve-loosening";
import { changePolicy } from "@/lib/policy/commands/change-policy";
import { showPolicy } from "@/lib/policy/queries";
import { personActor, steppedUp } from "@/test/actors";
import { OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { makeFleet, STARTER, show, start, until, versions } from "@/test/loop/wave-fleet";

// Whole fleets live through many rounds here, whatever else the machine is doing.
vi.setConfig({ testTimeout: 120_000 });
stopTime();
beforeAll(() => setPolicy());

describe("calendars", () => {
  test("a merchant's hours and another's freeze hold their shops, say so, and let go of them", async () => {
    const fleet = await makeFleet(2, () => ({}));
    const [asleep = "", frozen = ""] = fleet.shops.map(({ tenantId }) => tenantId);
    const hours = (quiet: unknown) =>
      runCommand(setCalendar, {
        input: { tenantId: asleep, timeZone: "America/New_York", windows: [], quiet, reason: "its own wish" },
        actor: steppedUp(OPS),
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
    const second = steppedUp(personActor(["security_admin"], undefined, "sam@center.test"));
    const agree = async (asked: { request_id: string; digest: string } | object) => {
      if (!("request_id" in asked)) throw new Error("nobody opens alone");
      const agreed = { requestId: asked.request_id, digest: asked.digest, reason: "checked" };
      await runCommand(approveLoosening, { input: agreed, actor: second, now: new Date() });
    };
    await agree(await hours([]));
    await until(fleet, id, ({ counts }) => counts.proven === 1, 10);
    expect(versions(fleet)).toEqual(["1.3.0", "1.2.2"]);
    expect((await heldUp())[0]).toMatchObject({ count: 1, shops: [{ tenant_id: frozen }] });

    const reason = "the sales are over";
    const asked = await runCommand(endFreeze, { input: { freezeId: freeze.id, reason }, actor: steppedUp(OPS), now: new Date() });
    await agree(asked);
    await until(fleet, id, ({ counts }) => counts.proven === 2);
    expect(await heldUp()).toEqual([]);
  });

  test("a merchant whose hours never open keeps nobody waiting: the rollout ends and names it, and it is a latecomer once they do", async () => {
    const fleet = await makeFleet(6, () => ({}));
    const { id, waves } = await start(fleet);
    expect(waves.map(({ members }) => members)).toEqual([5, 0, 0, 1]);
    const last = (await show(id)).members.find(({ wave }) => wave === 3);
    const never = fleet.shops.find(({ agent }) => agent.id === last?.plugin_id) as Shop;
    const hours = (quiet: unknown) => {
      const input = { tenantId: never.tenantId, timeZone: "Europe/Paris", windows: [], quiet, reason: "it always sells" };
      return runCommand(setCalendar, { input, actor: steppedUp(OPS), now: new Date() });
    };
    await hours([{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 24 }]);
    const done = await until(fleet, id, ({ state }) => state === "completed");
    expect(done.counts).toMatchObject({ proven: 5, planned: 1 });
    const missing = done.members.find(({ state }) => state === "planned");
    expect(missing).toMatchObject({
      plugin_id: never.agent.id,
      why: expect.stringMatching(/merchant's hours: it does not open before \d{4}-/),
    });
    const entries = await read(scopeFor("operate"), (tx) =>
      tx
        .select({ after: auditEntries.after })
        .from(auditEntries)
        .where(eq(auditEntries.subject, `rollout:${id}`)),
    );
    expect(entries.map(({ after }) => after)).toContainEqual(
      expect.objectContaining({
        state: "completed",
        still_missing_count: 1,
        still_missing: [{ pluginId: never.agent.id, why: missing?.why }],
      }),
    );

    const asked = await hours([]);
    if (!("request_id" in asked)) throw new Error("nobody opens alone");
    const agreed = { requestId: asked.request_id, digest: asked.digest, reason: "checked" };
    const second = steppedUp(personActor(["security_admin"], undefined, "sam@center.test"));
    await runCommand(approveLoosening, { input: agreed, actor: second, now: new Date() });
    const late = await until(fleet, id, ({ counts }) => counts.planned === 0, 20);
    expect(late).toMatchObject({ state: "completed" });
    await never.until("it has the release", ({ attempts }) => attempts.at(-1)?.status === "success", 20);
    expect(versions(fleet)).toEqual(Array(6).fill("1.3.0"));
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
