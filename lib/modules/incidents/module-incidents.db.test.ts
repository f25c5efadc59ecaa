import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { moduleIncidentEvents, moduleIncidents } from "@/db/schema/modules/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { Clock } from "@/lib/platform/clock";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeModuleIncident, makeModuleService } from "@/test/module-service";
import { acknowledgeModule } from "./commands/acknowledge-module";
import { observeModule } from "./commands/observe-module";
import { resolveModule } from "./commands/resolve-module";
import { scanModules } from "./jobs/scan-modules";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

const OPERATOR = personActor(["operator"]);
let now = new Date();
const clock: Clock = { now: () => now };
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
/** Scans are a moment apart by the database's own clock: the lease rests no longer than that here. */
async function scan(): Promise<void> {
  await superuser`update work_leases set lease_until = now() - interval '1 second' where kind = 'job'`;
  expect(await scanModules(randomUUID(), clock)).not.toBeNull();
}
/** A service's newest word: one check, and in how many beats in a row it fails. */
async function beat(id: string, failingBeats: number): Promise<void> {
  const check = { ok: failingBeats === 0, detail: "3 documents are missing (ERR_INDEX_INCOMPLETE)" };
  const failing = failingBeats === 0 ? {} : { index_complete: { since: now.toISOString(), beats: failingBeats } };
  await superuser`
    insert into module_service_state (tenant_id, module_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, health, queue, flags, modes, recent_ids, beats, failing)
    values (${PLATFORM_TENANT}, ${id}, ${now}, ${randomUUID()}, ${now}, 1, ${now}, '1.0.0', ${superuser.json({ status: "ok", checks: { index_complete: check } })}, '{}', '{}', '{}', '{}', 1, ${superuser.json(failing)})
    on conflict (tenant_id, module_id) do update set last_seen = excluded.last_seen, health = excluded.health, failing = excluded.failing`;
}
const incidentsOf = (key: string) =>
  read(scopeFor("scan"), (tx) => tx.select().from(moduleIncidents).where(eq(moduleIncidents.moduleKey, key)));
const kindsOf = async (incidentId: string) => {
  const rows = await read(scopeFor("scan"), (tx) =>
    tx.select().from(moduleIncidentEvents).where(eq(moduleIncidentEvents.incidentId, incidentId)).orderBy(moduleIncidentEvents.id),
  );
  return rows.map(({ kind }) => kind);
};

fiveCases({
  command: acknowledgeModule,
  arrange: async () => ({ input: { incidentId: (await makeModuleIncident(PLATFORM_TENANT)).id }, actor: OPERATOR }),
  winners: 2,
  forbidden: personActor(["viewer"]),
  invalid: () => ({ incidentId: "x" }),
});

test("a broken check opens one incident in its second beat; only fresh beats that stay good end it, and within the hour it is the same", async () => {
  const { id, key } = await makeModuleService([]);
  await beat(id, 1);
  await scan();
  expect(await incidentsOf(key)).toEqual([]);
  await beat(id, 2);
  await scan();
  await scan();
  const [incident, ...others] = await incidentsOf(key);
  expect([incident?.type, incident?.status, others.length]).toEqual(["data_invalid", "open", 0]);
  await beat(id, 0);
  await scan();
  later(20);
  await beat(id, 0);
  await scan();
  expect(await incidentsOf(key)).toMatchObject([{ status: "open" }]);
  later(11);
  await beat(id, 0);
  await scan();
  expect(await incidentsOf(key)).toMatchObject([{ status: "resolved", resolvedBy: null }]);
  await beat(id, 2);
  await scan();
  expect(await incidentsOf(key)).toMatchObject([{ id: incident?.id, status: "open", reopenedCount: 1 }]);
  expect(await kindsOf(incident?.id ?? "")).toEqual(["opened", "clearing", "resolved", "reopened"]);
});

test("a module that falls silent is not well: what was wrong stays", async () => {
  const { id, key } = await makeModuleService([]);
  await beat(id, 2);
  await scan();
  await beat(id, 0);
  await scan();
  later(45);
  await scan();
  const known = (await incidentsOf(key)).toSorted((a, b) => (a.cause < b.cause ? -1 : 1));
  expect(known).toMatchObject([
    { cause: "data", status: "open", clearedAt: null },
    { cause: "service", type: "silence" },
  ]);
});

test("a scan that was taken over changes nothing; a person ends what is theirs once", async () => {
  const { id, key } = await makeModuleService([]);
  await beat(id, 2);
  await scan();
  const [incident] = await incidentsOf(key);
  const input = { fence: 0, tenantId: PLATFORM_TENANT, moduleKey: key, findings: [], evidence: {}, stories: {} };
  const actor = { kind: "system", id: "system:detect", email: null, roles: [], tenants: { kind: "set", ids: [PLATFORM_TENANT] } } as const;
  expect((await refusalOf(runCommand(observeModule, { input, actor, now }))).details.code).toBe("ERR_LEASE_LOST");
  const end = () => runCommand(resolveModule, { input: { incidentId: incident?.id, reason: "mended by hand" }, actor: OPERATOR, now });
  await end();
  expect((await refusalOf(end())).kind).toBe("conflict");
});
