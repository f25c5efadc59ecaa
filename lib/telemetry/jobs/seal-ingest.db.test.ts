import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { newId } from "@/lib/platform/random";
import { openAs } from "@/test/database/open-as";
import { beatBody } from "@/test/database/signed-beat";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { type AcceptedBeat, arrangeBatch } from "../accepted-beat";
import { newChain } from "../adapters/ingest-chain";
import { type ChainHead, storeBeats } from "../adapters/store-beats";
import { beatSchema } from "../types";
import { sealAllIngest } from "./seal-ingest";

const superuser = openAs("superuser");
const plugins: MadePlugin[] = [];
beforeAll(async () => {
  const tenant = await makeTenant();
  for (let count = 0; count < 3; count += 1) plugins.push(await makePlugin(tenant.id));
});
afterAll(() => superuser.end());

const start = new Date();
const at = (seconds: number) => new Date(start.getTime() + seconds * 1_000);

/** Stores one batch with a beat of every plugin and returns the chain's new head. */
async function storeRound(head: ChainHead): Promise<ChainHead> {
  const beats = plugins.map((plugin): AcceptedBeat => {
    const webhookId = `msg_${randomUUID()}`;
    const beat = beatSchema.parse(beatBody(plugin));
    return {
      tenantId: plugin.tenantId,
      pluginId: plugin.id,
      id: newId(),
      webhookId,
      receivedAt: new Date(),
      bodySha256: sha256Hex(webhookId),
      beat,
    };
  });
  return (await storeBeats(arrangeBatch(beats).unique, head, new Date())).head;
}

/** What the digests of a process' batches must be, reckoned from the stored beats alone. */
async function recomputed(processId: string): Promise<string[]> {
  const rows = await superuser<{ batch_no: string; plugin_id: string; webhook_id: string; body_sha256: Buffer }[]>`
    select batch_no, plugin_id, webhook_id, body_sha256 from plugin_heartbeats where process_id = ${processId} order by batch_no`;
  let digest = Buffer.alloc(0);
  return [...new Set(rows.map(({ batch_no }) => batch_no))].map((batch) => {
    const ordered = rows
      .filter(({ batch_no }) => batch_no === batch)
      .toSorted((a, b) => (`${a.plugin_id} ${a.webhook_id}` < `${b.plugin_id} ${b.webhook_id}` ? -1 : 1));
    digest = createHash("sha256")
      .update(Buffer.concat([digest, ...ordered.map(({ body_sha256 }) => body_sha256)]))
      .digest();
    return digest.toString("hex");
  });
}
const storedDigests = async (processId: string) =>
  (
    await superuser<
      { digest: string }[]
    >`select encode(digest, 'hex') as digest from ingest_batches where process_id = ${processId} order by batch_no`
  ).map(({ digest }) => digest);
const entriesOf = (processId: string) =>
  superuser`select before, after, actor, command, on_behalf_of, tenant_id from audit_entries where subject = ${`ingest:${processId}`} and outcome = 'done' order by xid`;

test("batches link by a running digest that the rows give again", async () => {
  let head = newChain();
  const { processId } = head;
  for (let round = 0; round < 4; round += 1) head = await storeRound(head);
  const digests = await storedDigests(processId);
  expect(digests).toHaveLength(4);
  expect(digests).toEqual(await recomputed(processId));
  expect(head).toEqual({ processId, batchNo: 4, digest: Buffer.from(digests[3] ?? "", "hex") });

  await superuser`update plugin_heartbeats set body_sha256 = sha256('changed') where process_id = ${processId} and batch_no = 2 and plugin_id = ${plugins[0]?.id ?? ""}`;
  const changed = await recomputed(processId);
  expect(changed.map((digest, batch) => digest === digests[batch])).toEqual([true, false, false, false]);
  await superuser`delete from plugin_heartbeats where process_id = ${processId}`;
  await superuser`delete from ingest_batches where process_id = ${processId}`;
});

test("at most one audit entry per process and 10 s, over counts, range and digest; dead processes are covered too", async () => {
  let living = newChain();
  const dead = await storeRound(await storeRound(newChain()));
  living = await storeRound(living);
  expect(await sealAllIngest(at(0))).toBe(2);
  const [first] = await entriesOf(dead.processId);
  expect(first).toEqual({
    before: { to_batch: 0, digest: "" },
    after: { from_batch: 1, to_batch: 2, batches: 2, beats: 6, digest: (await recomputed(dead.processId))[1] },
    actor: "system:ingest",
    command: "ingest.seal",
    on_behalf_of: "scope:seal",
    tenant_id: null,
  });

  living = await storeRound(await storeRound(living));
  expect([await sealAllIngest(at(1)), await sealAllIngest(at(9.9))]).toEqual([0, 0]);
  expect(await entriesOf(living.processId)).toHaveLength(1);
  expect(await sealAllIngest(at(10))).toBe(1);
  const [, second] = await entriesOf(living.processId);
  const digests = await recomputed(living.processId);
  expect(second).toMatchObject({
    before: { to_batch: 1, digest: digests[0] },
    after: { from_batch: 2, to_batch: 3, batches: 2, beats: 6, digest: digests[2] },
  });

  expect(await sealAllIngest(at(60))).toBe(0);
  expect(await entriesOf(dead.processId)).toHaveLength(1);
});

test("workers that seal at once make one entry and none fails", async () => {
  const { processId } = await storeRound(newChain());
  await Promise.all([sealAllIngest(at(100)), sealAllIngest(at(100)), sealAllIngest(at(100))]);
  expect(await entriesOf(processId)).toHaveLength(1);
});

test("what is sealed adds up over all entries", async () => {
  const [sum] = await superuser`
    select (select sum(beats)::int from ingest_seals) as sealed, (select sum(beats)::int from ingest_batches) as batches, (select count(*)::int from plugin_heartbeats) as beats`;
  expect(sum).toEqual({ sealed: 18, batches: 18, beats: 18 });
});
