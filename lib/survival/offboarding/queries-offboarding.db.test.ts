import { expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { callOffOffboarding } from "./commands/call-off";
import { offboardTenant } from "./commands/offboard-tenant";
import { eraseLeaving } from "./jobs/erase-leaving";
import { listLeaving, readLeaving } from "./queries-offboarding";

const admin = (email: string) => steppedUp(personActor(["security_admin"], undefined, email));
const [ada, grace] = [admin("ada@center.test"), admin("grace@center.test")];
const EVERYWHERE = ada.tenants;
const HOUR_MS = 3_600_000;

const offboard = (tenant: { id: string; slug: string }, actor: typeof ada, reason: string, now = new Date()) =>
  runCommand(offboardTenant, { input: { tenantId: tenant.id, slug: tenant.slug, reason }, actor, now });
const look = async (tenantId: string, now = new Date()) => {
  const found = await readLeaving(EVERYWHERE, tenantId, now);
  if (!found) throw new Error("it is not there");
  return found;
};
const isListed = async (tenantId: string, now = new Date()) =>
  (await listLeaving(EVERYWHERE, {}, now)).items.some(({ id }) => id === tenantId);

test("the second person reads who asked and why, until when, and what would go; calling off is said too", async () => {
  const shop = await makeTenant();
  await makePlugin(shop.id);
  expect(await look(shop.id)).toMatchObject({ state: "staying", asked_by: null, may_stay: false });
  expect(await isListed(shop.id)).toBe(false);
  expect((await listLeaving(EVERYWHERE, { q: shop.slug }, new Date())).found.map(({ id }) => id)).toEqual([shop.id]);

  const asked = new Date();
  await offboard(shop, ada, "the contract ended in May", asked);
  const question = await look(shop.id);
  expect(question).toMatchObject({ state: "asked", asked_by: ada.id, may_stay: true, erased_from: null });
  expect(question.lapses_at).toBe(new Date(asked.getTime() + LIMITS.looseningLifeSeconds * 1_000).toISOString());
  expect(question.said).toMatchObject([{ by: ada.id, did: "tenant.offboard", reason: "the contract ended in May" }]);
  expect(question.goes.find(({ table }) => table === "plugins")).toEqual({ table: "plugins", rows: 1, is_more: false });
  expect(await isListed(shop.id)).toBe(true);
  expect(await isListed(shop.id, new Date(asked.getTime() + LIMITS.looseningLifeSeconds * 1_000)), "the question lapsed").toBe(false);

  await runCommand(callOffOffboarding, { input: { tenantId: shop.id, reason: "they signed again" }, actor: grace, now: new Date() });
  expect(await look(shop.id)).toMatchObject({ state: "staying", said: [{ did: "tenant.stay", reason: "they signed again" }, {}] });
});

test("what is said to go is what goes, and what stays is there afterwards", async () => {
  const shop = await makeTenant();
  await makeIncident(await makePlugin(shop.id));
  const start = new Date();
  await offboard(shop, ada, "the contract ended in May", start);
  await offboard(shop, grace, "I read the contract too", start);
  const leaving = await look(shop.id);
  const erasedFrom = new Date(start.getTime() + LIMITS.offboardingGraceHours * HOUR_MS);
  expect(leaving).toMatchObject({ state: "leaving", may_stay: true, erased_from: erasedFrom.toISOString() });

  const due = new Date(erasedFrom.getTime() + 1_000);
  const announced = await look(shop.id, due);
  expect(announced).toMatchObject({ state: "erasing", may_stay: true });
  const total = announced.goes.reduce((sum, { rows }) => sum + rows, 0);
  expect(announced.goes_uncounted, "every table that goes can be counted").toEqual([]);
  expect(total).toBeGreaterThan(2);
  expect(await eraseLeaving(due)).toBe(total);
  const gone = await look(shop.id, due);
  expect(gone).toMatchObject({ state: "gone", name: "", goes: [], may_stay: false });
  expect(gone.stays.audit_entries).toBeGreaterThanOrEqual(announced.stays.audit_entries);
  expect(gone.said.map(({ by }) => by)).toEqual([grace.id, ada.id]);
});

test("whoever looks after some merchants sees no other's", async () => {
  const [own, other] = [await makeTenant(), await makeTenant()];
  await offboard(other, ada, "the contract ended in May");
  const scope = { kind: "set", ids: [own.id] } as const;
  expect(await readLeaving(scope, other.id, new Date())).toBeNull();
  expect(await listLeaving(scope, { q: other.slug }, new Date())).toEqual({ items: [], found: [] });
});
