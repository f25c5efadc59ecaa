import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor, steppedUp } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { showOwnNotices, showTenantNotices } from "../choices/queries-notices";
import { setOwnNotices } from "./set-own-notices";
import { setTenantNotices } from "./set-tenant-notices";

const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));
const NOTHING = { language: null, emailEvents: null, timeZone: null, quietFrom: null, quietTo: null, criticalWakes: false };

async function merchant() {
  const { id: tenantId } = await makeTenant();
  const email = `${randomUUID()}@shop.test`;
  await runCommand(createPerson, {
    input: { email, name: "Ada", roles: ["tenant_admin"], tenants: [tenantId] },
    actor: root,
    now: new Date(),
  });
  return { tenantId, actor: personActor(["tenant_admin"], [tenantId], email) };
}

fiveCases({
  command: setOwnNotices,
  arrange: async () => ({ input: { ...NOTHING, language: "fr" }, actor: (await merchant()).actor }),
  winners: 2,
  forbidden: { ...root, kind: "plugin" },
  invalid: (input) => ({ ...(input as object), timeZone: "Europe/Atlantis" }),
});
fiveCases({
  command: setTenantNotices,
  arrange: async () => {
    const { tenantId, actor } = await merchant();
    return { input: { tenantId, language: "fr", emailEvents: ["incident.opened"] }, actor };
  },
  winners: 2,
  forbidden: personActor(["viewer"]),
  works: async ({ id }) =>
    expect(await showTenantNotices({ kind: "set", ids: [id] }, id)).toEqual({
      id,
      name: "Shop",
      language: "fr",
      is_own: true,
      email_events: ["incident.opened"],
    }),
});

test("somebody hears of what their rights suggest until they say otherwise, and then of that", async () => {
  const { tenantId, actor } = await merchant();
  expect(await showOwnNotices(actor)).toMatchObject({
    known: true,
    is_own: false,
    email_events: expect.arrayContaining(["incident.opened"]),
  });
  await runCommand(setTenantNotices, { input: { tenantId, emailEvents: ["attempt.failed"] }, actor, now: new Date() });
  expect(await showOwnNotices(actor)).toMatchObject({ is_own: false, email_events: ["attempt.failed"] });
  const input = { ...NOTHING, emailEvents: [], timeZone: "Africa/Dakar", quietFrom: "22:30", quietTo: "07:00", criticalWakes: true };
  await runCommand(setOwnNotices, { input, actor, now: new Date() });
  expect(await showOwnNotices(actor)).toMatchObject({
    is_own: true,
    email_events: [],
    suggested_events: ["attempt.failed"],
    time_zone: "Africa/Dakar",
    quiet_from: "22:30",
    quiet_to: "07:00",
    critical_wakes: true,
  });
});

test.each([
  ["a beginning without an end", { quietFrom: "22:00", timeZone: "UTC" }],
  ["no time zone", { quietFrom: "22:00", quietTo: "07:00" }],
])("quiet hours with %s are none", async (_what, given) => {
  const { actor } = await merchant();
  expect((await refusalOf(runCommand(setOwnNotices, { input: { ...NOTHING, ...given }, actor, now: new Date() }))).kind).toBe("invalid");
});

test("whoever has no record here has nothing to choose, and another merchant's choices do not exist", async () => {
  const stranger = personActor(["viewer"], undefined, "nobody@center.test");
  expect(await showOwnNotices(stranger)).toMatchObject({ known: false, email_events: [] });
  expect((await refusalOf(runCommand(setOwnNotices, { input: NOTHING, actor: stranger, now: new Date() }))).kind).toBe("conflict");
  const [own, other] = [await merchant(), await merchant()];
  expect(await showTenantNotices(own.actor.tenants, other.tenantId)).toBeNull();
  const input = { tenantId: other.tenantId, language: "fr" };
  expect((await refusalOf(runCommand(setTenantNotices, { input, actor: own.actor, now: new Date() }))).kind).toBe("not-found");
});
