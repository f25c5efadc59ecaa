import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { readCopied } from "../checkpoint/outside-copy";
import { heedEcho } from "./heed-echo";
import { sealAll } from "./seal-entries";
import { vouch } from "./vouch";

const superuser = openAs("superuser");
const directory = mkdtempSync(path.join(tmpdir(), "audit-copy-"));
afterAll(async () => {
  await superuser.end();
  rmSync(directory, { recursive: true, force: true });
});

let plugin: MadePlugin;
let notes: string[];
beforeAll(async () => {
  plugin = await makePlugin((await makeTenant()).id);
  for (const minute of [0, 1, 2, 3]) {
    await vouch(directory, new Date(Date.parse("2026-11-21T10:00:00Z") + minute * 60_000));
    await makeTenant();
    await sealAll();
  }
  notes = (await readCopied(directory)).map(({ note }) => note);
});

const heed = (echo: string, from = plugin) => heedEcho({ tenantId: from.tenantId, pluginId: from.id }, echo, new Date());
const incidents = (from = plugin) => superuser`select type, severity, status from plugin_incidents where plugin_id = ${from.id}`;
const switches = () => superuser`select scope, tenant_id, is_on from safety_switches where name = 'safe_mode' order by set_at`;

test("what the log contains, new or old, changes nothing", async () => {
  expect(notes.length).toBeGreaterThan(1);
  for (const note of notes) await heed(note);
  expect([await incidents(), await switches()]).toEqual([[], []]);
});

test("what nobody of ours signed holds back its own tenant, once", async () => {
  const liar = await makePlugin((await makeTenant()).id);
  for (const echo of ["x", (notes[0] as string).replace(/time 2026/, "time 2027"), "x"]) await heed(echo, liar);
  expect(await incidents(liar)).toEqual([{ type: "contract_violation", severity: "high", status: "open" }]);
  expect(await switches()).toEqual([{ scope: "tenant", tenant_id: liar.tenantId, is_on: true }]);
  const entries =
    await superuser`select command from audit_entries where tenant_id = ${liar.tenantId} and actor = 'system:audit' order by at`;
  expect(entries.map(({ command }) => command)).toEqual(["switch.throw", "incident.observe"]);
});

test("what Center signed and the log no longer contains is a fork: an incident, and SAFE_MODE everywhere", async () => {
  const seen = notes.at(-1) as string;
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit_checkpoints where note = ${seen}`;
  });
  const witness = await makePlugin((await makeTenant()).id);
  // Whoever was told of it a moment ago still believes it for as long as the log may be cut unseen anyway.
  await expect.poll(async () => heed(seen, witness).then(() => incidents(witness)), { timeout: 10_000 }).toHaveLength(1);
  expect(await incidents(witness)).toEqual([{ type: "contract_violation", severity: "critical", status: "open" }]);
  expect((await switches()).filter(({ scope }) => scope === "global")).toMatchObject([{ is_on: true }]);
});
