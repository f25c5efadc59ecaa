import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { people } from "@/db/schema/people";
import { authenticatePerson } from "@/lib/access/authenticate-person";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { revokeKey } from "@/lib/access/people/keys/commands/revoke-key";
import { forgetPerson } from "@/lib/access/people/person-directory";
import { personItem } from "@/lib/access/people/person-item";
import { readPerson } from "@/lib/access/queries";
import { scopeFor } from "@/lib/access/system-actor";
import { exportEntries } from "@/lib/audit/export/export-entries";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { vouch } from "@/lib/audit/jobs/vouch";
import { auditQuery, listAudit } from "@/lib/audit/queries";
import { showCheckpoint } from "@/lib/audit/queries-proofs";
import { verifyLog } from "@/lib/audit/verify/verify-log";
import { runCommand } from "@/lib/gateway/run-command";
import { commentIncident } from "@/lib/incidents/commands/comment-incident";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { asGateway, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeBearer, opsRequest } from "@/test/identity/bearer";
import { openedSession } from "@/test/identity/session";
import { Approver } from "@/test/quorum/approver";
import { erasePerson } from "./commands/erase-person";

const superuser = openAs("superuser");
const copy = mkdtempSync(path.join(tmpdir(), "erasure-"));
afterAll(async () => {
  await superuser.end();
  rmSync(copy, { recursive: true, force: true });
});

const admin = (email: string) => steppedUp(personActor(["security_admin"], undefined, email));
const [ada, grace] = [admin("ada@center.test"), admin("grace@center.test")];
const reason = "they asked us to";
let made = 0;
async function makeLeaver({ withLink = false } = {}) {
  made += 1;
  const email = `leaver${made}.${process.pid}@shop.test`;
  const name = `Léa Leaver-${made}-`;
  const now = new Date();
  const { id } = await runCommand(createPerson, {
    input: { email, name, roles: ["operator"], tenants: ["*"], invite: withLink },
    actor: ada,
    now,
    idempotencyKey: `make-${email}`,
  });
  if (withLink) await openedSession({ id, email });
  await runCommand(updatePerson, { input: { personId: id, disabled: true, reason }, actor: ada, now });
  return { id, email, name };
}
const erase = (person: { id: string; email: string }, actor = ada, now = new Date(), why = reason) =>
  runCommand(erasePerson, { input: { personId: person.id, email: person.email, reason: why }, actor, now });

fiveCases({
  command: erasePerson,
  arrange: async () => {
    const { id, email } = await makeLeaver();
    return { input: { personId: id, email, reason }, actor: ada };
  },
  winners: 1,
  forbidden: personActor(["operator"]),
});

test("two people, each with a code, of somebody who is disabled, by the typed address, within hours", async () => {
  const leaver = await makeLeaver();
  await expect(erase({ ...leaver, email: "other@shop.test" })).rejects.toThrow("not this person's address");
  await erase(leaver);
  expect((await refusalOf(erase(leaver))).details.code).toBe("ERR_SECOND_PERSON");
  const late = new Date(Date.now() + LIMITS.looseningLifeSeconds * 1_000 + 1_000);
  const later = { ...grace, proof: { authTime: late, amr: ["mfa"] } };
  expect(await erase(leaver, later, late)).toMatchObject({ status: "asked" });
  const active = await makeLeaver();
  await runCommand(updatePerson, { input: { personId: active.id, disabled: false, reason }, actor: ada, now: new Date() });
  await expect(erase(active)).rejects.toThrow("Disable this person first");
});

test("colleagues whose addresses begin or end alike keep theirs, wherever they stand", async () => {
  const [ann, joann, longer] = ["ann@shop.test", "joann@shop.test", "ann@shop.test.example"].map((text) =>
    text.replace("@", `${process.pid}@`),
  );
  const instead = `erased-x@erased.invalid`;
  const lines = [
    `${ann}`,
    `person:${ann}`,
    `'${ann}' and "${ann}".`,
    `Hello\n${ann}, ${ann?.toUpperCase()}`,
    `o'${ann}`,
    `${joann} ${longer} x.${ann} ${ann}-x`,
  ];
  const rows = await superuser`select regexp_replace(t, address_pattern(${ann ?? ""}), ${instead}, 'gi') as plain,
    (regexp_replace(to_jsonb(t)::text, address_pattern(${ann ?? ""}), ${instead}, 'gi')::jsonb) #>> '{}' as json from unnest(${lines}::text[]) t`;
  const spared = lines.slice(4);
  const said = [instead, `person:${instead}`, `'${instead}' and "${instead}".`, `Hello\n${instead}, ${instead}`, ...spared];
  expect(rows.map(({ plain }) => plain)).toEqual(said);
  expect(rows.map(({ json }) => json)).toEqual(said);
});

test("who was erased gets nothing back: not by a token, nor by a link, nor by another administrator's record of them", async () => {
  const leaver = await makeLeaver();
  await erase(leaver);
  const asked = await readPerson(scopeFor("operate"), leaver.id);
  expect(asked?.erase_asked_by).toBe(ada.id);
  const late = new Date(Date.now() + LIMITS.looseningLifeSeconds * 1_000 + 1_000);
  const [row] = await asGateway((tx) => tx.select().from(people).where(eq(people.id, leaver.id)));
  expect(row && personItem(row, late).erase_asked_by).toBeNull();
  await expect(erase({ ...leaver }, grace, new Date(), `${leaver.email.toUpperCase()} asked`)).rejects.toThrow("without the address");
  await erase(leaver, grace);
  forgetPerson(leaver.email);
  const bearer = await makeBearer({ email: leaver.email, roles: ["security_admin"], tenants: ["*"] });
  expect((await refusalOf(authenticatePerson(await opsRequest("/", { bearer }), new Date()))).details.code).toBe("ERR_PERSON_DISABLED");
  const enable = { personId: leaver.id, disabled: false, reason };
  await expect(runCommand(updatePerson, { input: enable, actor: ada, now: new Date() })).rejects.toThrow("erased already");
  const again = { email: leaver.email, name: "Léa", roles: ["viewer" as const] };
  const tenant = await makeTenant();
  const local = steppedUp(personActor(["tenant_admin"], [tenant.id]));
  const refusal = await refusalOf(runCommand(createPerson, { input: { ...again, tenants: [tenant.id] }, actor: local, now: new Date() }));
  expect(refusal.message).toContain("needs security_admin");
  // Their address turned up once more: one person erases that as well.
  expect(await erase(leaver, grace)).toMatchObject({ status: "erased" });
  await runCommand(createPerson, { input: { ...again, tenants: ["*"] }, actor: ada, now: new Date() });
  await expect(erase(leaver, grace)).rejects.toThrow("erased already");
});

test("whoever is enabled again was not asked to be erased", async () => {
  const leaver = await makeLeaver();
  await erase(leaver);
  for (const disabled of [false, true]) {
    await runCommand(updatePerson, { input: { personId: leaver.id, disabled, reason }, actor: ada, now: new Date() });
  }
  expect(await erase(leaver, grace)).toMatchObject({ status: "asked" });
});

test("what somebody signed with a key of their own stays, and is named", async () => {
  const approver = await Approver.make("signer");
  const { id: keyId } = await approver.enrol();
  const leaver = { id: approver.personId, email: approver.email };
  await runCommand(updatePerson, { input: { personId: leaver.id, disabled: true, reason }, actor: ada, now: new Date() });
  await expect(erase(leaver)).rejects.toThrow("revoke it first");
  await runCommand(revokeKey, { input: { id: keyId, reason }, actor: ada, now: new Date() });
  await erase(leaver);
  expect(await erase(leaver, grace)).toMatchObject({ status: "erased", kept_in: ["approver_keys.approver", "approver_keys.proof"] });
});

test("afterwards no row of any table says who it was, what they did still stands, and the log is proven with and without a database", async () => {
  const leaver = await makeLeaver({ withLink: true });
  const plugin = await makePlugin((await makeTenant()).id);
  const { id: incidentId } = await makeIncident(plugin);
  const self = personActor(["operator"], undefined, leaver.email);
  const comment = { incidentId, text: `${leaver.email} has looked` };
  await runCommand(commentIncident, { input: comment, actor: self, now: new Date() });
  const by = async (actor: string) => (await listAudit(scopeFor("operate"), auditQuery.parse({ actor, limit: "50" }))).items;
  expect((await by(leaver.email)).map(({ actor, command }) => [actor, command])).toEqual([[`person:${leaver.email}`, "incident.comment"]]);
  const stored = await superuser`select actor from audit_entries where command = 'incident.comment' order by at desc limit 1`;
  expect(stored[0]?.actor).toMatch(/^person:~[0-9a-f-]{36}$/);

  await erase(leaver);
  expect(await erase(leaver, grace)).toMatchObject({ status: "erased", kept_in: [] });
  expect(await by(leaver.email)).toEqual([]);
  const [entry] = (await listAudit(scopeFor("operate"), auditQuery.parse({ command: "incident.comment", limit: "1" }))).items;
  expect(entry?.actor).toMatch(/^person:erased-[0-9a-f]{8}$/);
  const [event] = await superuser`select actor, summary from incident_events where incident_id = ${incidentId} and kind = 'comment'`;
  expect(event?.actor).toBe(`person:erased-${leaver.id}@erased.invalid`);

  const tables =
    await superuser`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
  for (const { name } of tables) {
    const [row] = await superuser.unsafe(`select count(*)::int as count from "${name}" t where t::text like '%${leaver.email}%'`);
    expect(row?.count, name).toBe(0);
    const [named] = await superuser.unsafe(`select count(*)::int as count from "${name}" t where t::text like '%${leaver.name}%'`);
    expect(named?.count, name).toBe(0);
  }

  await sealAll();
  await vouch(copy, new Date());
  expect(await verifyLog({ directory: copy })).toMatchObject({ ok: true, problem: null });
  let text = "";
  for await (const part of exportEntries(scopeFor("export"), {}, "ndjson")) text += part;
  expect(text).not.toContain(leaver.email);
  const file = path.join(copy, "export.ndjson");
  writeFileSync(file, text);
  const key = (await showCheckpoint())?.keys[0]?.public_key ?? "";
  const { stdout, stderr } = spawnSync(process.execPath, [path.resolve("scripts/operate/verify-audit-export.mjs"), file, "--key", key], {
    encoding: "utf8",
  });
  expect(`${stdout}${stderr}`).toContain("the export is the whole log");
});
