import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { auditEntries } from "@/db/schema/spine";
import { systemActorFor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { openIdentitiesWithin } from "@/lib/audit/identities/open-identities";
import { requireCalendarOpen } from "@/lib/gateway/calendar-gate";
import { defineCommand } from "@/lib/gateway/define-command";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { approveLoosening } from "../../commands/approve-loosening";
import { showCalendars } from "../queries-calendars";
import { changeFreeze } from "./change-freeze";
import { endFreeze } from "./end-freeze";
import { setCalendar } from "./set-calendar";
import { startFreeze } from "./start-freeze";

const HOUR_MS = 60 * 60 * 1_000;
const later = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const rita = steppedUp(personActor(["pay_admin"], undefined, "rita@center.test"));
const sam = steppedUp(personActor(["security_admin"], undefined, "sam@center.test"));
const reason = "the sales begin";

const freeze = async (tenantId: string, actor: Actor = rita) =>
  runCommand(startFreeze, { input: { scope: "tenant", tenantId, endsAt: later(48), reason }, actor, now: new Date() });
const end = (freezeId: string, actor: Actor = rita) => runCommand(endFreeze, { input: { freezeId, reason }, actor, now: new Date() });
const change = (freezeId: string, times: object, actor: Actor = rita) =>
  runCommand(changeFreeze, { input: { freezeId, reason, ...times }, actor, now: new Date() });
const shown = async (tenantId: string) => showCalendars({ kind: "set", ids: [tenantId] }, new Date());
const agree = (asked: { request_id: string; digest: string } | object, actor: Actor = sam) => {
  if (!("request_id" in asked)) throw new Error("nobody was asked");
  const input = { requestId: asked.request_id, digest: asked.digest, reason: "checked" };
  return runCommand(approveLoosening, { input, actor, now: new Date() });
};
/** A freeze of a merchant of its own. */
async function frozen() {
  const tenant = await makeTenant();
  return { tenantId: tenant.id, id: (await freeze(tenant.id)).id };
}

fiveCases({
  command: startFreeze,
  arrange: async () => ({ input: { scope: "tenant", tenantId: (await makeTenant()).id, endsAt: later(48), reason }, actor: rita }),
  winners: 2,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result).toMatchObject({ scope: "tenant", reason, set_by: rita.id }),
});
fiveCases({
  command: changeFreeze,
  arrange: async () => ({ input: { freezeId: (await frozen()).id, endsAt: later(72), reason }, actor: rita }),
  winners: 1,
  forbidden: personActor(["viewer"]),
});
fiveCases({
  command: endFreeze,
  arrange: async () => ({ input: { freezeId: (await frozen()).id, reason }, actor: rita }),
  winners: 2,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result).toMatchObject({ approvals: { required: 1, given: 0 } }),
});
fiveCases({
  command: setCalendar,
  arrange: async () => ({
    input: { tenantId: (await makeTenant()).id, timeZone: "Europe/Paris", windows: [{ days: [1], from: 2, to: 5 }], quiet: [], reason },
    actor: rita,
  }),
  winners: 2,
  forbidden: personActor(["viewer"]),
  invalid: (input) => ({ ...(input as object), timeZone: "Mars/Olympus" }),
  works: async (result) => {
    expect(result).toMatchObject({ time_zone: "Europe/Paris" });
    if (!("tenant_id" in result)) throw new Error("the first hours only close");
    expect((await shown(result.tenant_id)).items).toMatchObject([{ windows: [{ days: [1], from: 2, to: 5 }], updated_by: rita.id }]);
  },
});

describe("a freeze is shortened by two", () => {
  test("whoever asks changes nothing; a second person ends it", async () => {
    const { tenantId, id } = await frozen();
    const asked = await end(id);
    const before = await shown(tenantId);
    expect(before.freezes).toMatchObject([{ id, in_force: true }]);
    expect(before.requests).toMatchObject([{ document: { do: "freeze_change", freeze_id: id, after: null } }]);
    expect((await refusalOf(agree(asked, { ...rita, roles: ["security_admin"] }))).details.code).toBe("ERR_SECOND_PERSON");
    expect(await agree(asked)).toMatchObject({ status: "executed" });
    expect(await shown(tenantId)).toMatchObject({ freezes: [], requests: [] });
    expect((await refusalOf(end(id))).kind).toBe("conflict");
  });

  test("made longer meanwhile it is another freeze, and the request void", async () => {
    const { tenantId, id } = await frozen();
    const asked = await change(id, { endsAt: later(1) });
    await change(id, { endsAt: later(96) });
    expect(await agree(asked)).toMatchObject({ status: "void", why: "the freeze was changed since" });
    expect((await shown(tenantId)).freezes).toHaveLength(1);
  });

  test("an earlier end holds once a second person agreed", async () => {
    const { tenantId, id } = await frozen();
    const endsAt = later(1);
    await agree(await change(id, { endsAt }));
    expect((await shown(tenantId)).freezes).toMatchObject([{ id, ends_at: endsAt }]);
  });

  test.each([
    ["it ends before it begins", { startsAt: later(50) }],
    ["it is over", { endsAt: later(-1) }],
    ["it lasts for years", { endsAt: later(24 * 400) }],
  ])("%s: no times of a freeze", async (_what, times) => {
    expect((await refusalOf(change((await frozen()).id, times))).kind).toBe("invalid");
  });
});

describe("the last gate goes by the clock under the lock", () => {
  /** Begins something at a merchant, as whoever hands out an order does. */
  const begin = defineCommand({
    name: "test.begin",
    permission: "system",
    input: z.strictObject({ tenantId: z.uuid() }),
    async apply(tx, { tenantId }, { now }) {
      await requireCalendarOpen(tx, tenantId, now);
      return { subject: "test:begin", tenantId, before: null, after: null, result: "begun" };
    },
  });
  const beginAt = (tenantId: string, now: Date) => runCommand(begin, { input: { tenantId }, actor: systemActorFor("test", tenantId), now });
  const MINUTE_MS = 60_000;

  test.each([
    ["came before the freeze and waited for the policy", -MINUTE_MS, 0],
    ["came to a server whose clock is behind that of the freeze", 0, MINUTE_MS],
  ])("whoever %s begins nothing", async (_who, came, frozenAt) => {
    const { id: tenantId } = await makeTenant();
    expect(await beginAt(tenantId, new Date())).toBe("begun");
    const input = { scope: "tenant", tenantId, endsAt: later(48), reason };
    await runCommand(startFreeze, { input, actor: rita, now: new Date(Date.now() + frozenAt) });
    expect((await refusalOf(beginAt(tenantId, new Date(Date.now() + came)))).details.code).toBe("ERR_CALENDAR");
  });
});

describe("a merchant's hours are opened by two", () => {
  const quiet = [{ days: [1, 2, 3, 4, 5], from: 8, to: 20 }];
  const set = (tenantId: string, hours: object, actor: Actor = rita) =>
    runCommand(setCalendar, {
      input: { tenantId, timeZone: "Europe/Paris", windows: [], quiet, reason, ...hours },
      actor,
      now: new Date(),
    });
  /** A merchant that nobody may change while it sells. */
  async function quietShop() {
    const { id } = await makeTenant();
    await set(id, {});
    return id;
  }
  const shorter = [{ days: [1, 2, 3, 4, 5], from: 8, to: 12 }];

  test("whoever asks changes nothing; a second person opens them, and the audit names both", async () => {
    const tenantId = await quietShop();
    const asked = await set(tenantId, { quiet: shorter });
    const before = await shown(tenantId);
    expect(before.items).toMatchObject([{ quiet }]);
    expect(before.requests).toMatchObject([{ requested_by: rita.id, document: { do: "calendar_change", after: { quiet: shorter } } }]);
    expect((await refusalOf(agree(asked, { ...rita, roles: ["security_admin"] }))).details.code).toBe("ERR_SECOND_PERSON");
    expect(await agree(asked)).toMatchObject({ status: "executed" });
    expect(await shown(tenantId)).toMatchObject({ items: [{ quiet: shorter }], requests: [] });
    const entries = await read({ kind: "set", ids: [tenantId] }, async (tx) => {
      const told = { actor: auditEntries.actor, command: auditEntries.command };
      return openIdentitiesWithin(tx, await tx.select(told).from(auditEntries).where(eq(auditEntries.tenantId, tenantId)));
    });
    expect(entries.filter(({ command }) => command === "calendar.set").map(({ actor }) => actor)).toEqual([rita.id, rita.id]);
    expect(entries.filter(({ command }) => command === "loosening.approve").map(({ actor }) => actor)).toContain(sam.id);
  });

  test("closed further meanwhile they are others, and the request void", async () => {
    const tenantId = await quietShop();
    const asked = await set(tenantId, { quiet: shorter });
    const longer = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 8, to: 20 }];
    expect(await set(tenantId, { quiet: longer })).toMatchObject({ quiet: longer });
    expect(await agree(asked)).toMatchObject({ status: "void", why: "the hours were changed since" });
    expect((await shown(tenantId)).items).toMatchObject([{ quiet: longer }]);
  });

  test("a merchant's own people ask as everybody does", async () => {
    const tenantId = await quietShop();
    const admin = personActor(["tenant_admin"], [tenantId], "admin@shop.test");
    expect(await set(tenantId, { quiet: [] }, admin)).toMatchObject({ approvals: { required: 1, given: 0 } });
    expect((await shown(tenantId)).items).toMatchObject([{ quiet }]);
  });
});

describe("a merchant's own people", () => {
  test("say when it may be changed and freeze it, another's or everybody's they do not", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const admin = personActor(["tenant_admin"], [own.id], "admin@shop.test");
    const hours = { timeZone: "Asia/Kathmandu", windows: [], quiet: [{ days: [0, 6], from: 22, to: 7 }], reason: "we sleep" };
    const set = (tenantId: string) => runCommand(setCalendar, { input: { tenantId, ...hours }, actor: admin, now: new Date() });
    expect(await set(own.id)).toMatchObject({ tenant_id: own.id, quiet: hours.quiet });
    expect((await refusalOf(set(other.id))).kind).toBe("not-found");
    expect(await freeze(own.id, admin)).toMatchObject({ tenant_id: own.id });
    expect((await refusalOf(freeze(other.id, admin))).kind).toBe("not-found");
    const global = { scope: "global", endsAt: later(1), reason };
    const everybody = runCommand(startFreeze, { input: global, actor: admin, now: new Date() });
    expect((await refusalOf(everybody)).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
    expect((await shown(other.id)).freezes).toEqual([]);
  });

  test("see what holds everybody, and cannot touch it", async () => {
    const tenant = await makeTenant();
    const admin = personActor(["tenant_admin"], [tenant.id], "admin@shop.test");
    const input = { scope: "global", endsAt: later(2), reason };
    const { id } = await runCommand(startFreeze, { input, actor: rita, now: new Date() });
    expect(await shown(tenant.id)).toMatchObject({ held_by: "freeze", freezes: [{ id, scope: "global", tenant_id: null }] });
    expect((await refusalOf(end(id, admin))).kind).toBe("not-found");
    await agree(await end(id));
    expect((await shown(tenant.id)).freezes).toEqual([]);
  });
});
