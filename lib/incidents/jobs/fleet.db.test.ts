import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fleetIncidents, incidentEvents, pluginIncidents } from "@/db/schema/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { decide } from "@/lib/rollout/jobs/decide";
import { openAs } from "@/test/database/open-as";
import { liveTogether, makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { endLeases } from "@/test/loop/worker";
import { dissolveFleet } from "../commands/dissolve-fleet";
import { scan } from "./scan";
import { watchFleet } from "./watch-fleet";

stopTime();
/** So sure of itself that only what many have at once can stop it. */
beforeAll(() => setPolicy({ confidence_threshold: 0, staging_required: false }));

const superuser = openAs("superuser");
afterAll(() => superuser.end());
/** Shops of the test before have fallen silent by now, all at once: they are cut off, so that it is no fault of many. */
beforeEach(async () => {
  await superuser`update plugins set status = 'revoked'`;
  await superuser`update fleet_incidents set status = 'ended' where status = 'open'`;
  await superuser`update plugin_incidents set fleet_kind = null where fleet_kind is not null`;
});

const VERSIONS = ["1.1.0", "1.2.2"] as const;
/** Shops of one plugin, on two versions that can both be left for 1.2.3; what is sick is up to `behaviours`. */
async function fleet(count: number, versions: readonly string[]): Promise<Shop[]> {
  const pluginKey = `pay-${randomUUID().slice(0, 8)}`;
  const releases = { "1.1.0": { fixes: [] }, "1.2.2": { fixes: [] }, "1.2.3": {} };
  const shops: Shop[] = [];
  while (shops.length < count) {
    const version = versions[shops.length % versions.length] as string;
    shops.push(await makeShop({ pluginKey, version, releases: shops.length === 0 ? releases : {}, behaviours: well }));
  }
  return shops;
}
const well = {};
const sick = { "1.1.0": { failShare: 0.7 }, "1.2.2": { failShare: 0.7 } };
const become = (shops: readonly Shop[], behaviours: Shop["agent"]["behaviours"]) => {
  for (const shop of shops) shop.agent.behaviours = behaviours;
};
const all = async (shops: readonly Shop[]) => Promise.all(shops.map((shop) => shop.incident()));
const attemptsOf = async (shops: readonly Shop[]) =>
  (await Promise.all(shops.map((shop) => shop.records()))).flatMap(({ attempts }) => attempts);
const fleets = () => read(scopeFor("scan"), (tx) => tx.select().from(fleetIncidents).orderBy(fleetIncidents.detectedAt));
async function scanNow(): Promise<void> {
  await endLeases();
  await scan("scanner", systemClock);
}

test("a fault above the versions is one incident: nothing is decided at any shop while it lasts, and it ends by itself", {
  timeout: 240_000,
}, async () => {
  const shops = await fleet(8, VERSIONS);
  await liveTogether(shops, 2, 120);
  become(shops, sick);
  passSeconds(120);
  for (const shop of shops) await shop.agent.beat();
  const before = await all(shops);
  await Promise.all(shops.map((shop, index) => decide(shop.tenantId, before[index]?.id ?? "", `decider:${index}`, systemClock, true)));
  expect(await fleets()).toMatchObject([{ kind: "shared", status: "open", most: 8, version: null, cohort: "all" }]);
  await liveTogether(shops, 3, 30);
  await scanNow();

  const [one] = await fleets();
  expect(await fleets()).toHaveLength(1);
  expect(await attemptsOf(shops)).toEqual([]);
  for (const incident of await all(shops))
    expect(incident).toMatchObject({ status: "open", fleetId: one?.id, fleetKind: "shared", siraDecision: null });
  const lines = await read(scopeFor("scan"), (tx) => tx.select().from(incidentEvents).where(eq(incidentEvents.kind, "fleet")));
  expect(lines).toHaveLength(8);
  expect(lines[0]?.summary).not.toMatch(/\d/);

  become(shops, well);
  await liveTogether(shops, 4, 30);
  await scanNow();
  expect(await fleets()).toMatchObject([{ status: "ended", endedBy: null }]);
  for (const incident of await all(shops)) expect(incident).toMatchObject({ status: "resolved", fleetKind: null });
});

test("whoever is still ill when it is over is decided about by itself", { timeout: 240_000 }, async () => {
  const shops = await fleet(8, VERSIONS);
  await liveTogether(shops, 2, 120);
  become(shops, sick);
  await liveTogether(shops, 1, 120);
  await scanNow();
  const [own, ...others] = shops as [Shop, ...Shop[]];
  expect((await own.incident()).fleetKind).toBe("shared");
  become(others, well);
  await liveTogether(shops, 4, 30);
  await scanNow();
  await liveTogether(shops, 1, 30);
  expect((await own.incident()).fleetKind).toBeNull();
  expect((await own.records()).attempts).toHaveLength(1);
  expect(await attemptsOf(others)).toEqual([]);
});

test("a version that fails at many is told as one, and mended at each by itself, a few at a time", { timeout: 240_000 }, async () => {
  const shops = await fleet(8, ["1.2.2"]);
  become(shops, { "1.2.2": { failShare: 0.6 } });
  passSeconds(120);
  for (const shop of shops) await shop.agent.beat();
  const ill = await all(shops);
  await Promise.all(shops.map((shop, index) => decide(shop.tenantId, ill[index]?.id ?? "", `decider:${index}`, systemClock, true)));
  const opened = (await fleets()).filter(({ status }) => status === "open");
  expect(opened).toMatchObject([{ kind: "version", version: "1.2.2", most: 8 }]);
  expect(await attemptsOf(shops)).toHaveLength(LIMITS.inFlightUnproven);
  await liveTogether(shops, 40, 15);
  await scanNow();
  expect((await fleets()).filter(({ status }) => status === "open")).toEqual([]);
  expect((await attemptsOf(shops)).filter(({ status }) => status === "success")).toHaveLength(8);
});

test("a person may say that it is none: each is decided about again, and it stays none", { timeout: 240_000 }, async () => {
  const shops = await fleet(6, VERSIONS);
  await liveTogether(shops, 2, 120);
  become(shops, sick);
  await liveTogether(shops, 1, 120);
  await scanNow();
  const one = (await fleets()).find(({ status }) => status === "open");
  const input = { fleetId: one?.id, reason: "six shops that were moved today" };
  const answer = await runCommand(dissolveFleet, { input, actor: OPS, now: new Date() });
  expect(answer).toMatchObject({ status: "dissolved", released: 6 });
  await expect(runCommand(dissolveFleet, { input, actor: OPS, now: new Date() })).rejects.toMatchObject({ kind: "conflict" });
  const within = { ...OPS, tenants: { kind: "set", ids: [shops[0]?.tenantId ?? ""] } } as const;
  await expect(runCommand(dissolveFleet, { input, actor: within, now: new Date() })).rejects.toMatchObject({ kind: "forbidden" });
  await scanNow();
  expect((await fleets()).filter(({ status, kind }) => status === "open" && kind === "shared")).toEqual([]);
  await liveTogether(shops, 2, 15);
  expect((await attemptsOf(shops)).length).toBeGreaterThan(0);
});

test("ten that look at once write it down once", { timeout: 240_000 }, async () => {
  // What the person of the test before said holds for an hour.
  passSeconds(LIMITS.recurrenceSeconds + 1);
  const shops = await fleet(6, VERSIONS);
  await liveTogether(shops, 2, 120);
  become(shops, sick);
  passSeconds(120);
  for (const shop of shops) await shop.agent.beat();
  const told = await Promise.all(Array.from({ length: 10 }, () => watchFleet(systemClock.now())));
  expect(told.filter(Boolean)).toHaveLength(1);
  const members = await read(scopeFor("scan"), (tx) => tx.select().from(pluginIncidents).where(eq(pluginIncidents.fleetKind, "shared")));
  expect(members).toHaveLength(6);
  expect(await watchFleet(systemClock.now())).toBe(false);
});
