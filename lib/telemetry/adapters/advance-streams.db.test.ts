import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { closeConnections } from "@/db/connection";
import type { Raised } from "@/lib/detection/detectors/plugin-streams";
import { openAs } from "@/test/database/open-as";
import { storePastBeats } from "@/test/loop/past-beats";
import { advanceStreams, forgetRaised } from "./advance-streams";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

/** Yesterday at midnight UTC, within a partition that exists. */
const start = (Math.floor(Date.now() / 86_400_000) - 1) * 86_400_000;
/** Beats of the plugin's first day, in which nothing is raised; the second is what these tests are about. */
const DAY = 720;
const BEATS = DAY + 240;
const at = (index: number) => new Date(start + index * 120_000);
const BURSTS = [DAY + 100, DAY + 200] as const;
const isBurst = (index: number) => (index >= BURSTS[0] && index < BURSTS[0] + 3) || (index >= BURSTS[1] && index < BURSTS[1] + 8);
const telemetryOf = (index: number) => ({
  webhook_fail_rate: 0.01 * (index % 3),
  latency_p95_ms: 200 + ((index * 37) % 41),
  queue_depth: isBurst(index) ? 400 : (index * 13) % 7,
  memory_mb: 60 + ((index * 7) % 5),
});

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}
const newPlace = (): Place => ({ tenantId: randomUUID(), pluginId: randomUUID() });

/** Beats from one index up to another; ids rise with the index, so that runs can be compared. */
function insertBeats(place: Place, from: number, until: number): Promise<void> {
  const count = until - from;
  return storePastBeats(superuser, { ...place, version: "1", until: at(until - 1), count, from, telemetryOf });
}

async function stored({ pluginId }: Place) {
  const [row] = await superuser<{ taken_id: string; streams: Buffer; raised: unknown[] }[]>`
    select taken_at, taken_id, streams, raised from plugin_streams where plugin_id = ${pluginId}`;
  if (!row) throw new Error("nothing is stored of this plugin");
  return row;
}

const lineOf = ({ finding }: Raised) => `${finding.ruleId} since ${finding.observedAt.toISOString()}`;

/** One look at a plugin, as a worker makes it: what is raised is told (here: noted), and only then forgotten. */
async function look(place: Place, index: number, told: string[]): Promise<void> {
  const raised = await advanceStreams(place, at(index));
  told.push(...raised.map(lineOf).filter((line) => !told.includes(line)));
  if (raised.some(({ isOver }) => isOver)) await forgetRaised(place);
}

/** The plugin's first day, in looks as large as the scan takes them. */
async function firstDay(place: Place): Promise<void> {
  await insertBeats(place, 0, DAY);
  for (let looks = 0; looks < 2; looks += 1) expect(await advanceStreams(place, at(DAY - 1))).toEqual([]);
}

/** The plugin's whole history with a look after every beat of its second day. */
async function uninterrupted(): Promise<{ told: string[]; row: unknown }> {
  const place = newPlace();
  const told: string[] = [];
  await firstDay(place);
  for (let index = DAY; index < BEATS; index += 1) {
    await insertBeats(place, index, index + 1);
    await look(place, index, told);
  }
  return { told, row: await stored(place) };
}

/** Ends whatever the ingest role is doing, as the death of its process would. */
const killConnections = () => superuser`
  select pg_terminate_backend(pid) from pg_stat_activity where usename = 'center_ingest' and datname = current_database() and state <> 'idle'`;

test("killed at 50 places mid-stream, the same alarms are told and the memory is the same, byte for byte", {
  timeout: 120_000,
}, async () => {
  const expected = await uninterrupted();
  for (const index of BURSTS) expect(expected.told).toContain(`spike:queue_depth since ${at(index).toISOString()}`);
  const place = newPlace();
  const told: string[] = [];
  const kills = new Set(Array.from({ length: 50 }, (_none, index) => DAY + ((index * 47 + 3) % (BEATS - DAY))));
  let died = 0;
  await firstDay(place);
  for (let index = DAY; index < BEATS; index += 1) {
    await insertBeats(place, index, index + 1);
    if (!kills.has(index)) {
      await look(place, index, told);
      continue;
    }
    // The look dies somewhere: before, within or after its transaction, or between telling and forgetting.
    const dying = index % 3 === 0 ? advanceStreams(place, at(index)) : look(place, index, told);
    const [end] = await Promise.allSettled([dying, killConnections(), killConnections()]);
    if (end.status === "rejected") died += 1;
    // Whoever comes next is another process, with connections of its own.
    await closeConnections(0);
    // Whoever comes next takes up what is there, now and then only after more beats have come.
    if (index % 2 === 0) await look(place, index, told);
  }
  await look(place, BEATS - 1, told);
  expect(told).toEqual(expected.told);
  expect(await stored(place)).toEqual(expected.row);
  expect(kills.size).toBe(50);
  expect(died).toBeGreaterThan(0);
});

test("five at once are one", async () => {
  const [alone, together] = [newPlace(), newPlace()];
  for (const place of [alone, together]) await insertBeats(place, 0, 400);
  await advanceStreams(alone, at(400));
  await Promise.all(Array.from({ length: 5 }, () => advanceStreams(together, at(400))));
  expect(await stored(together)).toEqual(await stored(alone));
});

test("memory of another version is learned anew from the beats that are kept, and ends what was raised", async () => {
  const place = newPlace();
  await firstDay(place);
  await insertBeats(place, DAY, DAY + 202);
  const before = await advanceStreams(place, at(DAY + 202));
  expect(before.map(({ finding, isOver }) => [finding.ruleId, isOver])).toContainEqual(["spike:queue_depth", false]);
  const whole = await stored(place);
  await superuser`update plugin_streams set streams = overlay(streams placing '\\x00'::bytea from 1) where plugin_id = ${place.pluginId}`;
  await insertBeats(place, DAY + 202, DAY + 203);
  const ended = await advanceStreams(place, at(DAY + 203));
  expect(ended.map(({ finding, isOver }) => [finding.ruleId, isOver])).toContainEqual(["spike:queue_depth", true]);
  const again = await advanceStreams(place, at(DAY + 203));
  expect(again.map(({ finding, isOver }) => [finding.ruleId, isOver])).toContainEqual(["spike:queue_depth", false]);
  expect((await stored(place)).streams).toHaveLength(whole.streams.length);
  await forgetRaised(place);
});

test("only so many plugins carry the larger memory", async () => {
  const place = newPlace();
  await insertBeats(place, 0, 3);
  await superuser`insert into plugin_streams (tenant_id, plugin_id, has_banks, raised, updated_at)
    select gen_random_uuid(), gen_random_uuid(), true, '[]', now() from generate_series(1, 20000)`;
  await advanceStreams(place, at(3));
  await superuser`delete from plugin_streams where streams is null`;
  expect((await stored(place)).streams.length).toBeLessThanOrEqual(5 * 256);
});
