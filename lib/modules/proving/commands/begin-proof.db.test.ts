import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { scanModules } from "@/lib/modules/incidents/jobs/scan-modules";
import { listModuleIncidents, moduleIncidentsQuery } from "@/lib/modules/incidents/queries-incidents";
import { listModules } from "@/lib/modules/registry/queries-modules";
import { hadTrouble, readRunning } from "@/lib/modules/releases/queries-releases";
import { readUnownedModules } from "@/lib/notify/paging/gather-module-facts";
import type { Clock } from "@/lib/platform/clock";
import { read } from "@/lib/platform/scope";
import { readChecks } from "@/lib/scanner/queries-world";
import { openAs } from "@/test/database/open-as";
import { makeModuleIncident } from "@/test/module-service";
import { readCourse } from "../queries-proofs";
import { PROVING_MODULE } from "../types";
import { beginProof } from "./begin-proof";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

let now = new Date();
const clock: Clock = { now: () => now };
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

const begin = () => runCommand(beginProof, { input: { title: "Proof of heal" }, actor: systemActor("proof", "operate"), now });

/** The module says twice in a row that its entries are spoilt, and Center looks. */
async function breakIt(moduleId: string): Promise<Date> {
  const check = { ok: false, detail: "22 entries do not match their checksum (ERR_CACHE_CORRUPT)" };
  const health = superuser.json({ status: "degraded", checks: { checksums_match: check } });
  const failing = superuser.json({ checksums_match: { since: now.toISOString(), beats: 2 } });
  await superuser`
    insert into module_service_state (tenant_id, module_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, health, queue, flags, modes, recent_ids, beats, failing)
    values (${PLATFORM_TENANT}, ${moduleId}, ${now}, ${randomUUID()}, ${now}, 1, ${now}, '1.0.0', ${health}, '{}', '{}', '{}', '{}', 1, ${failing})
    on conflict (tenant_id, module_id) do update set last_seen = excluded.last_seen, health = excluded.health, failing = excluded.failing`;
  await superuser`update work_leases set lease_until = now() - interval '1 second' where kind = 'job'`;
  expect(await scanModules(randomUUID(), clock)).not.toBeNull();
  return now;
}
const statuses = async () => {
  const rows = await superuser`select status from module_incidents where module_key = ${PROVING_MODULE} order by opened_at`;
  return rows.map(({ status }) => status);
};

test("each proof has an incident of its own, whatever the one before left: ended a while ago, or still alive behind a worker that died", async () => {
  const { module_id: moduleId } = await begin();
  expect(await readCourse(await breakIt(moduleId))).not.toBeNull();
  await superuser`update module_incidents set status = 'resolved', resolved_at = ${now} where module_key = ${PROVING_MODULE}`;

  later(30);
  await begin();
  const second = await readCourse(await breakIt(moduleId));
  expect([second?.incident.openedAt, await statuses()]).toEqual([now, ["closed", "open"]]);

  const decision = randomUUID();
  await superuser`insert into module_decisions (tenant_id, id, incident_id, module_key, inputs, inputs_digest, decision, policy_version, at)
    values (${PLATFORM_TENANT}, ${decision}, ${second?.incident.id ?? ""}, ${PROVING_MODULE}, '{}', '', '{}', 1, ${now})`;
  await superuser`insert into heal_actions (tenant_id, id, incident_id, module_id, module_key, action, level, category, params, state, explain, decision_id, permit, baseline, proposed_at, state_since, trace_id)
    values (${PLATFORM_TENANT}, ${randomUUID()}, ${second?.incident.id ?? ""}, ${moduleId}, ${PROVING_MODULE}, 'purge_cache', 1, 'DATA', '{}', 'running', 'spoilt', ${decision}, '{}', '{}', ${now}, ${now}, '0')`;
  later(1);
  await begin();
  expect(await statuses()).toEqual(["closed", "closed"]);
  expect(await superuser`select ended_at from heal_actions where module_key = ${PROVING_MODULE}`).toEqual([{ ended_at: now }]);
  later(1);
  expect((await readCourse(await breakIt(moduleId)))?.incident.openedAt).toEqual(now);
});

test("it is no part of what the platform serves: no list, no page at night, no set of releases, no trouble, no violation", async () => {
  await superuser`update module_incidents set severity = 'critical' where module_key = ${PROVING_MODULE}`;
  const everywhere = scopeFor("operate");
  const ofProofs = (rows: readonly { module_key: string }[]) => rows.filter(({ module_key }) => module_key === PROVING_MODULE).length;
  const page = (more: object) => listModuleIncidents(everywhere, moduleIncidentsQuery.parse(more));
  expect(ofProofs((await listModules(everywhere, now)).items)).toBe(0);
  expect([ofProofs((await page({})).items), ofProofs((await page({ module_key: PROVING_MODULE })).items)]).toEqual([0, 3]);
  expect((await readChecks(now)).value).toEqual([]);
  await read(everywhere, async (tx) => {
    expect((await readUnownedModules(tx, ["critical"])).map(({ moduleKey }) => moduleKey)).not.toContain(PROVING_MODULE);
    expect(Object.keys((await readRunning(tx, now)).members)).not.toContain(PROVING_MODULE);
    expect(await hadTrouble(tx, new Date(0))).toBe(false);
  });
});

test("an incident of any other module stays as it is", async () => {
  const { id } = await makeModuleIncident(PLATFORM_TENANT);
  await begin();
  expect(await superuser`select status from module_incidents where id = ${id}`).toEqual([{ status: "open" }]);
});
