import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { outcomesOf, undone } from "@/test/database/undone";
import { retain } from "./retain";

const superuser = openAs("superuser");
const writer = openAs("writer");
afterAll(() => Promise.all([superuser.end(), writer.end()]));

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const partitionOf = (at: Date) => `plugin_heartbeats_${at.toISOString().slice(0, 10).replaceAll("-", "")}`;
const isThere = async (name: string) => (await superuser`select to_regclass(${`public.${name}`}) is not null as there`)[0]?.there;

/** A partition that retention has given up. */
async function makeOldPartition(): Promise<string> {
  const day = daysAgo(LIMITS.heartbeatRetentionDays + 3);
  const until = new Date(day.getTime() + DAY_MS);
  const name = partitionOf(day);
  const [from, to] = [day, until].map((at) => at.toISOString().slice(0, 10));
  await superuser.unsafe(
    `create table ${name} partition of plugin_heartbeats for values from ('${from}T00:00:00Z') to ('${to}T00:00:00Z')`,
  );
  return name;
}

/** A process' chain of three batches, sealed up to the second. */
async function makeBatches(committedAt: Date): Promise<string> {
  const processId = randomUUID();
  for (const batchNo of [1, 2, 3]) {
    await superuser`insert into ingest_batches (process_id, batch_no, committed_at, beats, first_received_at, last_received_at, digest)
      values (${processId}, ${batchNo}, ${committedAt}, 1, ${committedAt}, ${committedAt}, '\\x00')`;
  }
  await superuser`insert into ingest_seals (process_id, sealed_batch_no, digest, beats, sealed_at) values (${processId}, 2, '\\x00', 2, ${committedAt})`;
  return processId;
}
const batchesOf = async (processId: string) =>
  (await superuser<{ no: number }[]>`select batch_no::int as no from ingest_batches where process_id = ${processId} order by 1`).map(
    ({ no }) => no,
  );

test("what is older than beats are kept goes, partitions and sealed batches; what no entry covers stays", async () => {
  const partition = await makeOldPartition();
  const [old, young] = [await makeBatches(daysAgo(LIMITS.heartbeatRetentionDays + 3)), await makeBatches(daysAgo(1))];
  await retain(new Date());
  expect([await isThere(partition), await isThere(partitionOf(daysAgo(-1)))]).toEqual([false, true]);
  expect([await batchesOf(old), await batchesOf(young)]).toEqual([[3], [1, 2, 3]]);
});

test("a partition that somebody reads is left for the next round, and nobody waits behind it", async () => {
  const partition = await makeOldPartition();
  await superuser.begin(async (tx) => {
    await tx`select count(*) from plugin_heartbeats`;
    const started = performance.now();
    await retain(new Date());
    expect(performance.now() - started).toBeLessThan(5_000);
  });
  expect(await isThere(partition)).toBe(true);
  await retain(new Date());
  expect(await isThere(partition)).toBe(false);
});

test("neither days far away nor a whole table can be asked for", async () => {
  const refused = [
    "select ensure_heartbeat_partitions('2020-01-01', 1)",
    "select ensure_heartbeat_partitions(current_date, 100000)",
    "select ensure_heartbeat_partitions(null, 1)",
    "select drop_heartbeat_partitions(null)",
    "select drop_ingest_batches(null, 1)",
    "select drop_ingest_batches(now(), 2000000000)",
  ];
  const outcomes = await undone(writer, (tx) => outcomesOf(tx, refused));
  expect(outcomes.map((outcome) => ("refused" in outcome ? outcome.refused : "done"))).toEqual(refused.map(() => "22023"));
});

test("of the last week nothing goes, whatever is asked", async () => {
  const processId = await makeBatches(daysAgo(6));
  const names = (await superuser<{ name: string }[]>`select relname as name from pg_class where relname like 'plugin_heartbeats_2%'`)
    .length;
  await undone(writer, async (tx) => {
    await tx`select drop_ingest_batches(now() + interval '1 year', 1000)`;
    await tx`select drop_heartbeat_partitions((now() + interval '1 year')::date)`;
    expect((await tx<{ name: string }[]>`select relname as name from pg_class where relname like 'plugin_heartbeats_2%'`).length).toBe(
      names,
    );
  });
  expect(await batchesOf(processId)).toEqual([1, 2, 3]);
});
