import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
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
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
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
async function makeLeaver() {
  made += 1;
  const email = `leaver${made}.${process.pid}@shop.test`;
  const now = new Date();
  const { id } = await runCommand(createPerson, {
    input: { email, name: "Léa Leaver", roles: ["operator"], tenants: ["*"] },
    actor: ada,
    now,
  });
  await runCommand(updatePerson, { input: { personId: id, disabled: true, reason }, actor: ada, now });
  return { id, email };
}
const erase = (person: { id: string; email: string }, actor = ada, now = new Date()) =>
  runCommand(erasePerson, { input: { personId: person.id, email: person.email, reason }, actor, now });

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

test("afterwards no row of any table says who it was, what they did still stands, and the log is proven with and without a database", async () => {
  const leaver = await makeLeaver();
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
  }
  expect(await superuser`select 1 from people where name = 'Léa Leaver' and id = ${leaver.id}`).toEqual([]);
  await expect(erase(leaver, grace)).rejects.toThrow("erased already");

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
