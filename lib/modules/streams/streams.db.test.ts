import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { readHealable } from "@/lib/modules/healing/queries-facts";
import { scanModules } from "@/lib/modules/incidents/jobs/scan-modules";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { VirtualClock } from "@/test/clock";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { makeModuleService } from "@/test/module-service";
import { watchModules } from "./jobs/watch-modules";
import { readIncidentSeries } from "./queries-incident-series";
import { readWatched } from "./queries-watched";

const statements = vi.hoisted(() => ({ count: 0 }));
/** Counts what the one writer of streams says to the database. */
vi.mock("@/db/ingest", async (original) => {
  const { ingest } = await original<typeof import("@/db/ingest")>();
  type Work = (sql: object) => Promise<unknown>;
  const counted = (sql: object) =>
    new Proxy(sql, {
      apply(target, self, given) {
        statements.count += 1;
        return Reflect.apply(target as never, self, given);
      },
    });
  return {
    ingest: () =>
      new Proxy(ingest(), {
        get: (target, name, self) =>
          name === "begin" ? (work: Work) => target.begin((sql) => work(counted(sql))) : Reflect.get(target, name, self),
      }),
  };
});

const superuser = openAs("superuser");
afterAll(() => superuser.end());

const STEP_MS = LIMITS.moduleStepSeconds * 1_000;
/** A day and some hours of signals, on a grid of steps, up to the present. */
const WARM = 760;
const clock = new VirtualClock(new Date(Math.floor(Date.now() / STEP_MS) * STEP_MS + LIMITS.moduleStepSettleSeconds * 1_000));
const stepAt = (index: number) => new Date(Math.floor(clock.now().getTime() / STEP_MS) * STEP_MS - STEP_MS * (index + 1));

/** Moves to the moment at which the next step has settled. */
function settle(): void {
  const settleMs = LIMITS.moduleStepSettleSeconds * 1_000;
  clock.set(new Date((Math.floor((clock.now().getTime() - settleMs) / STEP_MS) + 1) * STEP_MS + settleMs));
}

interface Told {
  readonly errors?: number;
  readonly metered?: number;
  readonly billed?: number;
  readonly bucket?: number;
}
/** A minute of a tenant, so many steps ago: two hundred requests, twice as many units metered and billed. */
function minute(tenantId: string, stepsAgo: number, { errors = 0, metered, billed, bucket = 20 }: Told = {}) {
  const wave = Math.round(15 * Math.sin(stepsAgo / 7));
  const units = 400 + wave;
  return {
    ...{ tenant_id: tenantId, minute_at: stepAt(stepsAgo), requests: 200 + wave, errors, metered_units: metered ?? units },
    ...{ billed_units: billed ?? units, latency: { [bucket]: 180 + wave, [bucket + 2]: 20 } },
  };
}
async function store(moduleId: string, rows: readonly object[]): Promise<void> {
  await superuser`
    insert into module_minutes (tenant_id, module_id, minute_at, surface, requests, errors, timeouts, retries, db_errors, dead_letters,
      metered_units, billed_units, latency_ms_sum, latency)
    select tenant_id, ${moduleId}, minute_at, 'tenant', requests, errors, 0, 0, 0, 0, metered_units, billed_units, 0, latency
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (tenant_id uuid, minute_at timestamptz, requests float8, errors float8,
      metered_units float8, billed_units float8, latency jsonb)`;
}
const past = (tenantId: string) => Array.from({ length: WARM }, (_, index) => minute(tenantId, index + 1));
/** A step passes, in which each says what is given. */
async function passStep(moduleId: string, told: Readonly<Record<string, Told | null>>): Promise<void> {
  settle();
  await store(
    moduleId,
    Object.entries(told).flatMap(([tenantId, given]) => (given ? minute(tenantId, 0, given) : [])),
  );
  await watchModules(clock.now());
}
async function scan(): Promise<void> {
  await superuser`update work_leases set lease_until = now() - interval '1 second' where kind = 'job'`;
  expect(await scanModules(randomUUID(), clock)).not.toBeNull();
}
const incidentsOf = (key: string) =>
  read(scopeFor("scan"), (tx) => tx.select().from(moduleIncidents).where(eq(moduleIncidents.moduleKey, key)));
const briefs = async (key: string) =>
  (await incidentsOf(key)).map(({ tenantId, type, status, rules }) => `${tenantId} ${type} ${status} ${rules.join(" ")}`).sort();

let [one, other, third] = ["", "", ""];
beforeAll(async () => {
  [one, other, third] = [(await makeTenant()).id, (await makeTenant()).id, (await makeTenant()).id];
});

async function learned(): Promise<{ id: string; key: string }> {
  settle();
  const service = await makeModuleService([one, other, third]);
  await store(service.id, [...past(one), ...past(other), ...past(third)]);
  statements.count = 0;
  for (let round = 0; (await watchModules(clock.now())) > 0 && round < 10; round += 1);
  return service;
}

test("a day is learned from without a word, in a bounded number of statements; what is unusual then opens one incident with its evidence", async () => {
  const { id, key } = await learned();
  // Eight statements take fifteen steps of all tenants and modules there are; three more find that nothing is left.
  expect(statements.count).toBeLessThanOrEqual(8 * (Math.ceil(WARM / LIMITS.moduleStepsAtOnce) + 6));
  await passStep(id, { [one]: {}, [other]: {}, [third]: {} });
  await scan();
  expect(await briefs(key)).toEqual([]);

  statements.count = 0;
  await passStep(id, { [one]: { metered: 2_600, billed: 2_600 }, [other]: {}, [third]: {} });
  expect(statements.count).toBeLessThanOrEqual(8 + 2);
  await passStep(id, { [one]: { metered: 2_600, billed: 2_600 }, [other]: {}, [third]: {} });
  await scan();
  await scan();
  expect(await briefs(key)).toEqual([`${one} metering_anomaly open streams/spike:metered_units`]);
  const [incident] = await incidentsOf(key);
  expect(incident).toMatchObject({ severity: "medium", statistic: "metered_units", value: 2_600 });
  expect(incident?.evidence.map(({ label }) => label)).toEqual(["detector", "expected", "observed", "newest", "since"]);
  const due = await read(scopeFor("operate"), (tx) => readHealable(tx, "x"));
  expect(due.map(({ incidentId }) => incidentId)).not.toContain(incident?.id);
  const series = await readIncidentSeries({ kind: "set", ids: [one, PLATFORM_TENANT] }, incident?.id ?? "", clock.now());
  expect(series).toMatchObject({ measure: "metered_units", opened_at: incident?.openedAt.toISOString() });
  const newest = series?.points.at(-1);
  expect(newest).toMatchObject({ value: 2_600, raised: true });
  expect(newest?.high).toBeGreaterThan(400);
  expect(newest?.high).toBeLessThan(1_000);

  for (let step = 0; step < 4; step += 1) await passStep(id, { [one]: {}, [other]: {}, [third]: {} });
  await scan();
  clock.advanceSeconds(LIMITS.moduleClearSeconds + 1);
  await scan();
  expect(await briefs(key)).toEqual([`${one} metering_anomaly resolved streams/spike:metered_units`]);
});

test("what runs is what the newest beat says, and not what was declared", async () => {
  const { id } = await makeModuleService([one], { manifest: {} });
  const running = async () => (await read(scopeFor("scan"), readWatched)).find(({ moduleId }) => moduleId === id)?.runningVersion;
  await superuser`update module_services set running_version = '1.0.0' where id = ${id}`;
  expect(await running()).toBe("1.0.0");
  await superuser`
    insert into module_service_state (tenant_id, module_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, health, queue, flags, modes, recent_ids, beats, failing)
    values (${PLATFORM_TENANT}, ${id}, now(), ${randomUUID()}, now(), 1, now(), '1.1.0', '{}', '{}', '{}', '{}', '{}', 1, '{}')`;
  expect(await running()).toBe("1.1.0");
});

test("many requests fail: the rule and the detector tell one incident of all; silence ends nothing", async () => {
  const { id, key } = await learned();
  const bad = { errors: 90 };
  for (let step = 0; step < 2; step += 1) await passStep(id, { [one]: bad, [other]: bad, [third]: bad });
  // The minute under way is the rule's; the detector has not seen it yet.
  await store(
    id,
    [one, other, third].map((tenantId) => minute(tenantId, -1, bad)),
  );
  await scan();
  expect(await briefs(key)).toEqual([`${PLATFORM_TENANT} error_spike open rules/error_share streams/spike:error_rate`]);
  for (let step = 0; step < 9; step += 1) await passStep(id, {});
  await scan();
  clock.advanceSeconds(LIMITS.moduleClearSeconds + 1);
  await scan();
  expect(await incidentsOf(key)).toMatchObject([{ status: "open", clearedAt: null }]);
});

test("slow answers, and a bill that lacks some of what was metered, are each told of the tenant that has them", async () => {
  const { id, key } = await learned();
  for (let step = 0; step < 3; step += 1) await passStep(id, { [one]: { bucket: 28 }, [other]: { billed: 375 }, [third]: {} });
  await scan();
  const rules = await briefs(key);
  expect(rules).toHaveLength(2);
  expect(rules.find((brief) => brief.startsWith(one))).toMatch(/perf_drift open .*streams\/spike:latency_p95_ms/);
  expect(rules.find((brief) => brief.startsWith(other))).toMatch(/billing_anomaly open streams\/spike:unbilled_share$/);
});
