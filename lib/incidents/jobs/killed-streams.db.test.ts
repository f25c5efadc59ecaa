import { afterAll, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { makePlugin, makeTenant } from "@/test/factories";
import { ObserverProcess } from "@/test/loop/observer-process";
import { storePastBeats } from "@/test/loop/past-beats";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

const KILLS = 50;
/** Beats of the plugins' first day, in which nothing is raised; the kills fall into what follows. */
const DAY = 720;
const BEATS = DAY + 120;
/** Yesterday at midnight UTC, within a partition that exists. */
const start = (Math.floor(Date.now() / 86_400_000) - 1) * 86_400_000;
const at = (index: number) => new Date(start + index * 120_000);

/** What goes wrong at each plugin, and when; rules know none of these figures. */
const TROUBLES = [
  { metric: "latency_p95_ms", value: 700, from: DAY + 20, beats: 4 },
  { metric: "memory_mb", value: 190, from: DAY + 45, beats: 40 },
  { metric: "latency_p95_ms", value: 900, from: DAY + 70, beats: 1 },
  { metric: "queue_depth", value: 60, from: DAY + 95, beats: 10 },
] as const;

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}
const versionOf = { version: "1.2.3" };

function telemetryOf(plugin: number, index: number): Record<string, number> {
  const { metric, value, from, beats } = TROUBLES[plugin] as (typeof TROUBLES)[number];
  const usual = {
    webhook_fail_rate: 0.001 * (index % 3),
    latency_p95_ms: 200 + ((index * 37) % 41),
    queue_depth: (index * 13) % 7,
    memory_mb: 60 + ((index * 7) % 5),
  };
  return index >= from && index < from + beats ? { ...usual, [metric]: value } : usual;
}

/** Stores beats of all plugins as the ingest would have, and their newest word. */
async function say(places: readonly Place[], from: number, until: number): Promise<void> {
  for (const [plugin, place] of places.entries()) {
    const past = { ...place, ...versionOf, until: at(until - 1), count: until - from, from };
    await storePastBeats(superuser, { ...past, telemetryOf: (index) => telemetryOf(plugin, index) });
    await superuser`
      insert into plugin_state (tenant_id, plugin_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, disk_version, is_active, platform,
        capabilities, telemetry, errors, recent_ids, beats)
      values (${place.tenantId}, ${place.pluginId}, ${at(until - 1)}, '00000000-0000-4000-8000-00000000000b', ${at(0)}, ${until - 1}, ${at(until - 1)},
        '1.2.3', '1.2.3', true, '{}', '{}', ${superuser.json(telemetryOf(plugin, until - 1))}, '[]', '{}', ${until})
      on conflict (tenant_id, plugin_id) do update set last_seen = excluded.last_seen, seq = excluded.seq, telemetry = excluded.telemetry`;
  }
}

async function newFleet(): Promise<Place[]> {
  const made = await Promise.all(
    TROUBLES.map(async () => {
      const tenant = await makeTenant();
      const plugin = await makePlugin(tenant.id, versionOf);
      return { tenantId: tenant.id, pluginId: plugin.id };
    }),
  );
  await say(made, 0, DAY);
  return made;
}

/** Everything that was told and is remembered of each plugin; when it was looked at is left out. */
async function outcome(places: readonly Place[]) {
  return Promise.all(
    places.map(async ({ pluginId }) => ({
      incidents: await superuser`
        select type, severity, status, opened_at, value, finding, reopened_count from plugin_incidents where plugin_id = ${pluginId} order by opened_at`,
      lines: await superuser`
        select e.kind, e.summary from incident_events e join plugin_incidents i on i.tenant_id = e.tenant_id and i.id = e.incident_id
        where i.plugin_id = ${pluginId} order by e.id`,
      memory: await superuser`select taken_at, taken_id, streams, raised from plugin_streams where plugin_id = ${pluginId}`,
    })),
  );
}

/** Reproducible shares in 0..1. */
function shares(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

test("kill -9 of the worker at 50 random points of a stream of beats changes no alarm", { timeout: 300_000 }, async () => {
  const [calm, struck] = [await newFleet(), await newFleet()];
  let observer = await ObserverProcess.start();
  const took: number[] = [];
  for (let index = DAY; index <= BEATS; index += 1) {
    if (index > DAY) await say(calm, index - 1, index);
    const began = performance.now();
    // The first day takes two looks, as many beats as the scan takes at once.
    for (let looks = 0; looks < (index === DAY ? 2 : 1); looks += 1) await observer.look({ places: calm, nowMs: at(index - 1).getTime() });
    took.push(performance.now() - began);
  }
  const typicalMs = took.toSorted((a, b) => a - b)[took.length >> 1] as number;
  const expected = await outcome(calm);
  expect(expected.map(({ incidents }) => incidents.length)).toEqual([1, 1, 1, 1]);

  const next = shares(1);
  const kills = new Set<number>();
  while (kills.size < KILLS) kills.add(DAY + Math.floor(next() * (BEATS - DAY + 1)));
  let atWork = 0;
  for (let index = DAY; index <= BEATS; index += 1) {
    if (index > DAY) await say(struck, index - 1, index);
    const look = { places: struck, nowMs: at(index - 1).getTime() };
    if (!kills.has(index)) {
      await observer.look(look);
      continue;
    }
    if (await observer.dieAt(look, next() * 1.2 * typicalMs)) atWork += 1;
    // Another process takes over; now and then only after more beats have come.
    observer = await ObserverProcess.start();
    if (next() < 0.5) await observer.look(look);
  }
  await observer.look({ places: struck, nowMs: at(BEATS - 1).getTime() });
  await observer.look({ places: struck, nowMs: at(BEATS - 1).getTime() });
  observer.stop();
  expect(await outcome(struck)).toEqual(expected);
  expect(atWork).toBeGreaterThan(KILLS / 4);
});
