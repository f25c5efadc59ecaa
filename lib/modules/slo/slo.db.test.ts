import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { rollUpMinutes } from "@/lib/modules/signals/adapters/roll-up-minutes";
import { SURFACES } from "@/lib/modules/signals/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { makeModuleService } from "@/test/module-service";
import { budgetGate } from "./budget-gate";
import { rollUpModules } from "./jobs/roll-up-modules";
import { readBurn } from "./queries-burn";
import { findSloFindings } from "./queries-findings";
import { listSlos, showSlo } from "./queries-slos";
import { readSums, slowLines, spansOf } from "./queries-sums";
import { addSums, NO_SUMS, SUM_NAMES } from "./sums";
import type { MeasuredService, Sums, WindowName } from "./types";

const superuser = openAs("superuser");
const tenants = [(await makeTenant()).id, (await makeTenant()).id];
const [own = "", other = ""] = tenants;
const made = await makeModuleService(tenants);
const service: MeasuredService = { moduleId: made.id, moduleKey: made.key, title: made.key, criticality: "standard" };
afterAll(() => superuser.end());
const clear = () => superuser`truncate module_minutes, module_rollups, module_rollup_marks`;
beforeEach(clear);

/** The middle of a minute today, not close to midnight: partitions of minutes are there for this month and the next. */
const now = new Date();
const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS);

interface Told {
  readonly ago: number;
  readonly tenant?: string;
  readonly surface?: string;
  readonly requests?: number;
  readonly errors?: number;
  readonly timeouts?: number;
  readonly retries?: number;
  readonly db_errors?: number;
  readonly latency?: Readonly<Record<string, number>>;
  readonly depth?: number | null;
}
async function tell(minutes: readonly Told[]): Promise<void> {
  const rows = minutes.map(({ ago: minute, tenant = own, surface = "tenant", latency = {}, depth = null, ...counts }) => ({
    ...{ tenant_id: tenant, module_id: made.id, minute_at: ago(minute), surface, dead_letters: 0, metered_units: 0, billed_units: 0 },
    ...{ requests: 0, errors: 0, timeouts: 0, retries: 0, db_errors: 0, latency_ms_sum: 0, ...counts },
    ...{ queue_depth_max: depth, queue_capacity: depth === null ? null : 100, latency: latency as never },
  }));
  if (rows.length > 0) await superuser`insert into module_minutes ${superuser(rows)}`;
}
const sumsAt = (wanted: { tenantId?: string; isByTenant?: boolean } = {}, at = now) =>
  read(scopeFor("scan"), (tx) => readSums(tx, { at, services: [service], isByTenant: false, ...wanted }));

/** Partitions as far back as histories go. */
await superuser`select ensure_signal_partitions((now() at time zone 'UTC')::date - 35, 31)`;

const [SLOW95 = 0, SLOW99 = 0] = slowLines([service])
  .filter(({ surface }) => surface === "tenant")
  .flatMap((l) => [l.bucket95, l.bucket99]);

/** What a minute is in sums, reckoned plainly, and in another language than the statements do. */
function plainly({ requests = 0, errors = 0, timeouts = 0, retries = 0, db_errors = 0, latency = {}, depth = null }: Told): Sums {
  const counted = Object.entries(latency).map(([bucket, count]) => [Number(bucket), count] as const);
  const over = (bound: number) => counted.reduce((sum, [bucket, count]) => sum + (bucket >= bound ? count : 0), 0);
  return {
    ...{ minutes: 1, requests, errors, timeouts, retries, dbErrors: db_errors, timed: over(0), slow95: over(SLOW95), slow99: over(SLOW99) },
    ...{ askedMinutes: requests > 0 ? 1 : 0, downMinutes: requests > 0 && errors >= 3 && errors * 2 >= requests ? 1 : 0 },
    ...{ queueMinutes: depth === null ? 0 : 1, fullMinutes: depth !== null && depth > 80 ? 1 : 0 },
  };
}
function expected(minutes: readonly Told[], name: WindowName): Sums {
  const from = spansOf(now).find((span) => span.name === name)?.from ?? now;
  return minutes
    .filter((told) => ago(told.ago) >= from)
    .map(plainly)
    .reduce(addSums, NO_SUMS);
}

const told = fc.record({
  // Near and far, and on all edges of steps.
  ago: fc.oneof(fc.nat(15), fc.nat(400), fc.nat(29 * 1_440)),
  tenant: fc.constantFrom(...tenants),
  requests: fc.nat(20),
  errors: fc.nat(20),
  timeouts: fc.nat(5),
  retries: fc.nat(5),
  db_errors: fc.nat(5),
  latency: fc.dictionary(fc.integer({ min: 0, max: 60 }).map(String), fc.integer({ min: 1, max: 9 }), { maxKeys: 4 }),
  depth: fc.option(fc.nat(100)),
});
const history = fc.uniqueArray(told, { maxLength: 25, selector: (each) => `${each.ago} ${each.tenant}` });

describe("sums", () => {
  test("names of sums and columns go together", async () => {
    await tell([
      { ago: 1, requests: 9, errors: 5, timeouts: 2, retries: 3, db_errors: 4, latency: { [SLOW95]: 6, [SLOW99]: 1, 1: 2 }, depth: 90 },
    ]);
    const [{ windows } = { windows: null }] = await sumsAt();
    expect(windows?.["5m"]).toEqual({
      ...{ minutes: 1, requests: 9, errors: 5, timeouts: 2, retries: 3, dbErrors: 4, timed: 9, slow95: 7, slow99: 1 },
      ...{ askedMinutes: 1, downMinutes: 1, queueMinutes: 1, fullMinutes: 1 },
    });
    expect(Object.keys(windows?.["5m"] ?? {})).toEqual(SUM_NAMES);
  });

  test("of rolled-up steps and of minutes are the same, however often and whenever they were rolled up, and as reckoned by hand", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(600), { maxLength: 3 }), async (minutes, looks) => {
        await clear();
        await tell(minutes);
        const raw = await sumsAt({ isByTenant: true });
        for (const look of looks.toSorted((a, b) => b - a)) await rollUpModules(ago(look));
        await rollUpModules(now);
        await rollUpModules(now);
        const rolled = await sumsAt({ isByTenant: true });
        const order = (list: typeof raw) => list.toSorted((a, b) => a.tenantId.localeCompare(b.tenantId));
        expect(order(rolled)).toEqual(order(raw));
        for (const { tenantId, windows } of rolled) {
          const mine = minutes.filter(({ tenant }) => tenant === tenantId);
          for (const name of Object.keys(windows) as WindowName[]) expect([name, windows[name]]).toEqual([name, expected(mine, name)]);
        }
        const [all] = await sumsAt();
        if (minutes.length > 0) expect(all?.windows["30d"]).toEqual(expected(minutes, "30d"));
      }),
      { numRuns: 4 },
    );
  });

  test("what came late is counted: at once within minutes, after a day in any case", async () => {
    await tell([
      { ago: 30, requests: 1 },
      { ago: 26 * 60, requests: 1 },
    ]);
    await rollUpModules(now);
    // Nobody rolled these up: they were told of after their steps had been.
    await tell([
      { ago: 31, requests: 10 },
      { ago: 26 * 60 + 1, requests: 100 },
    ]);
    const [before] = await sumsAt();
    expect(before?.windows["30d"].requests).toBe(2);
    await rollUpModules(new Date(now.getTime() + 26 * 3_600_000));
    const [after] = await sumsAt();
    expect([after?.windows["6h"].requests, after?.windows["30d"].requests]).toEqual([11, 12]);
  });

  test("three workers at once do what one does; one that comes behind another leaves it alone", async () => {
    await tell(Array.from({ length: 40 }, (_none, index) => ({ ago: index * 7, requests: index, errors: index % 3 })));
    await Promise.all([rollUpModules(now), rollUpModules(now), rollUpModules(now)]);
    await rollUpModules(now);
    const [rolled] = await sumsAt();
    await superuser`truncate module_rollups, module_rollup_marks`;
    const [raw] = await sumsAt();
    expect(rolled).toEqual(raw);
    await rollUpModules(now);
    expect(await rollUpMinutes("fresh", { from: ago(30), to: ago(25) }, ago(100), [])).toBe(false);
  });

  test("each step is given up when its own time is over", async () => {
    for (const [step, days] of Object.entries(LIMITS.sloRollupRetentionDays)) {
      for (const age of [days - 1, days + 1]) {
        const bucket = new Date(now.getTime() - age * 86_400_000);
        await superuser`insert into module_rollups values (${own}, ${step}, ${made.id}, 'tenant', ${bucket}, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`;
      }
    }
    await rollUpModules(now);
    const left = await superuser`select step_seconds from module_rollups order by step_seconds`;
    expect(left.map((row) => row.step_seconds)).toEqual([300, 3_600, 86_400]);
  });
});

const burning = (tenant: string, errors: number): Told[] =>
  Array.from({ length: 300 }, (_none, index) => ({ ago: index, tenant, requests: 10, errors: index < 60 ? errors : 0, depth: 1 }));
const burnOf = (tenantId: string, moduleKey = made.key) => read(scopeFor("scan"), (tx) => readBurn(tx, { tenantId, moduleKey }, now));

describe("readBurn", () => {
  test("says how fast a scope's budgets are spent, and of which promise; nobody heard leaves less power", async () => {
    await tell([...burning(own, 2), ...burning(other, 0)]);
    await rollUpModules(now);
    // A fifth failed within an hour, of a budget of half a percent; the window holds up to five minutes more.
    expect(await burnOf(own)).toMatchObject({
      burn: expect.closeTo(38.5, -0.7),
      worst: { metric: "error_rate", surface: "tenant" },
      isHeard: true,
    });
    expect(await burnOf(other)).toMatchObject({ burn: 0, isHeard: true, hasBad: false });
    expect((await burnOf(PLATFORM_TENANT)).burn).toBeCloseTo(19.25, -0.3);
    expect(await burnOf(own, "nobody")).toEqual({ burn: null, worst: null, isHeard: false, hasBad: false });
    const gates = [await burnOf(own), await burnOf(other), await burnOf(own, "nobody")].map(budgetGate);
    expect(gates).toEqual(["suggest_only", "ok", "suggest_only"]);
    const { findings } = await read(scopeFor("scan"), (tx) => findSloFindings(tx, now));
    expect(findings).toMatchObject([{ tenantId: own, moduleKey: made.key, type: "slo_burn", severity: "critical" }]);
  });

  test("of an instant that is past it says what stood then, rolled up or not, to the minute", async () => {
    const wentBad = 7;
    await tell(
      Array.from({ length: 300 }, (_none, index) => ({ ago: index, tenant: own, requests: 10, errors: index < wentBad ? 10 : 0 })),
    );
    const before = () =>
      read(scopeFor("scan"), (tx) => readBurn(tx, { tenantId: own, moduleKey: made.key }, new Date(ago(wentBad).getTime() + 59_999)));
    const during = () =>
      read(scopeFor("scan"), (tx) => readBurn(tx, { tenantId: own, moduleKey: made.key }, new Date(ago(wentBad - 1).getTime())));
    for (const look of ["from minutes", "from roll-ups"]) {
      expect(await before(), look).toMatchObject({ burn: 0, isHeard: true, hasBad: false });
      expect((await during()).burn ?? 0, look).toBeGreaterThan(0);
      await rollUpModules(now);
    }
    expect((await burnOf(own)).burn).toBeGreaterThan(6);
  });
});

describe("what people are shown", () => {
  const set = (...ids: string[]) => ({ kind: "set", ids }) as const;
  const list = async (scope: TenantScope, more = {}) => (await listSlos(scope, { module: made.key, ...more }, now)).items;
  const id = `${made.key}.tenant.error_rate`;

  test("the worst first, each by what the caller's tenants did, and nothing of others", async () => {
    await tell([...burning(own, 2), ...burning(other, 0)]);
    await rollUpModules(now);
    const [worst, ...rest] = await list(set(own));
    expect(worst).toMatchObject({ id, state: "burning_fast", target: 0.995, events: 3_000, bad: 120, burn: { "1h": expect.any(Number) } });
    expect(rest).toHaveLength(7);
    expect((await list(set(other)))[0]?.state).not.toBe("burning_fast");
    expect((await list(scopeFor("scan"), { tenant_id: other })).map(({ state }) => state)).not.toContain("burning_fast");
    expect((await list(scopeFor("scan"), { state: "burning_fast" })).map((item) => item.id)).toEqual([id]);
    // Nobody's tenant answers as one that is not there.
    expect(await list(set(own), { tenant_id: other })).toEqual(await list(set(own), { tenant_id: randomUUID() }));
    // Never heard: its promises are there, and nothing is green.
    const silent = await makeModuleService([]);
    const { items } = await listSlos(scopeFor("scan"), { module: silent.key }, now);
    expect([items.length, new Set(items.map(({ state, unknown }) => `${state} ${unknown}`))]).toEqual([
      8,
      new Set(["unknown never_measured"]),
    ]);
  });

  test("one with its pairs, its budget over time, each tenant, and what spent it", async () => {
    await tell([...burning(own, 2), ...burning(other, 0)]);
    await superuser`insert into module_error_minutes values (${own}, ${made.id}, ${ago(5)}, 'ERR_X', 'f', 7, ${"a".repeat(32)})`;
    await superuser`update module_minutes set worst_ms = 900, worst_trace_id = ${"b".repeat(32)} where tenant_id = ${own} and errors > 0`;
    await rollUpModules(now);
    const seen = await showSlo(scopeFor("scan"), id, { range: "6h" }, now);
    expect(seen?.pairs.map(({ factor, is_firing }) => [factor, is_firing])).toEqual([
      [14.4, true],
      [6, false],
      [3, true],
      [1, true],
    ]);
    expect(seen?.tenants.map(({ tenant_id, bad }) => [tenant_id, bad])).toEqual([
      [own, 120],
      [other, 0],
    ]);
    expect(seen?.spent.codes).toEqual([{ code: "ERR_X", count: 7, trace_id: "a".repeat(32) }]);
    expect(seen?.spent.minutes[0]).toMatchObject({ tenant_id: own, value: 2, worst_ms: 900, trace_id: "b".repeat(32) });
    const points = seen?.series.points ?? [];
    expect(points.at(-1)?.budget_left).toBeCloseTo(seen?.budget_left ?? Number.NaN, 9);
    expect(points.length).toBeGreaterThan(55);
    const another = await showSlo(set(other), id, { range: "3d" }, now);
    expect([another?.tenants.length, another?.spent.minutes, another?.spent.codes]).toEqual([1, [], []]);
    for (const none of [`${made.key}.tenant.nothing`, "nobody.tenant.retries"])
      expect(await showSlo(scopeFor("scan"), none, { range: "6h" }, now)).toBeNull();
  });
});

test("surfaces are kept apart", async () => {
  await tell(SURFACES.map((surface, index) => ({ ago: 1, surface, requests: index + 1 })));
  const found = await sumsAt();
  expect(Object.fromEntries(found.map(({ surface, windows }) => [surface, windows["1d"].requests]))).toEqual(
    Object.fromEntries(SURFACES.map((surface, index) => [surface, index + 1])),
  );
});
