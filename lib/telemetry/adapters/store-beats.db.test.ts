import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { newId } from "@/lib/platform/random";
import { openAs } from "@/test/database/open-as";
import { beatBody } from "@/test/database/signed-beat";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { type AcceptedBeat, arrangeBatch } from "../accepted-beat";
import { beatSchema } from "../types";
import { newChain } from "./ingest-chain";
import { enqueueBeat } from "./ingest-queue";
import { storeBeats } from "./store-beats";

const superuser = openAs("superuser");
let tenantId: string;
const plugins: MadePlugin[] = [];
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
  for (let count = 0; count < 6; count += 1) plugins.push(await makePlugin(tenantId));
});
afterAll(() => superuser.end());

function accepted(plugin: MadePlugin | undefined, webhookId = `msg_${randomUUID()}`, receivedAt = new Date()): AcceptedBeat {
  if (!plugin) throw new RangeError("no such plugin");
  const beat = beatSchema.parse(beatBody(plugin));
  return { tenantId, pluginId: plugin.id, id: newId(receivedAt), webhookId, receivedAt, bodySha256: sha256Hex(webhookId), beat };
}
const store = (beats: AcceptedBeat[], head = newChain()) => storeBeats(arrangeBatch(beats).unique, head, new Date());
const countOf = async (pluginId: string | undefined) =>
  (await superuser<{ count: number }[]>`select count(*)::int as count from plugin_heartbeats where plugin_id = ${pluginId ?? ""}`)[0]
    ?.count;
const waiters = async () =>
  (await superuser`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length;

describe("the same messages, brought by two processes at once, have one effect", () => {
  test("for a plugin that nobody heard of before", async () => {
    const beats = ["msg_1", "msg_2", "msg_3"].map((id) => accepted(plugins[0], id));
    const answers = await Promise.all([store(beats), store(beats), store(beats.toReversed())]);
    expect(answers.map(({ duplicates }) => duplicates).toSorted()).toEqual([
      [false, false, false],
      [true, true, true],
      [true, true, true],
    ]);
    expect(await countOf(plugins[0]?.id)).toBe(3);
  });

  test("when one waits for the other's commit it sees what that one stored", async () => {
    await store([accepted(plugins[1])]);
    const same = accepted(plugins[1], "msg_same");
    let racing: ReturnType<typeof store>[] = [];
    await superuser.begin(async (tx) => {
      await tx`select 1 from plugin_state where plugin_id = ${plugins[1]?.id ?? ""} for update`;
      racing = [store([same]), store([same, accepted(plugins[1], "msg_else")])];
      const watch = openAs("superuser");
      await vi.waitFor(async () =>
        expect(await watch`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).toHaveLength(2),
      );
      await watch.end();
    });
    const answers = await Promise.all(racing);
    expect(answers.flatMap(({ duplicates }) => duplicates).filter((isDuplicate) => isDuplicate)).toHaveLength(1);
    expect(await countOf(plugins[1]?.id)).toBe(3);
    const [state] = await superuser`select beats, recent_ids from plugin_state where plugin_id = ${plugins[1]?.id ?? ""}`;
    expect(state?.beats).toBe("3");
    expect(state?.recent_ids).toEqual(expect.arrayContaining(["msg_same", "msg_else"]));
  });

  test("crossing batches of many plugins never lock each other out", async () => {
    const rounds = Array.from({ length: 12 }, (_none, round) => {
      const beats = plugins.map((plugin) => accepted(plugin, `msg_round_${round % 4}`));
      return store(round % 2 === 0 ? beats : beats.toReversed());
    });
    await Promise.all(rounds);
    const counted =
      await superuser`select webhook_id, count(*)::int as count from plugin_heartbeats where webhook_id like 'msg_round_%' group by 1 order by 1`;
    expect(counted).toEqual([0, 1, 2, 3].map((round) => ({ webhook_id: `msg_round_${round}`, count: plugins.length })));
    expect(await waiters()).toBe(0);
  });
});

describe("the store mends itself", () => {
  test("a missing partition is made and the beat stored", async () => {
    const [today] = await superuser<
      { name: string }[]
    >`select 'plugin_heartbeats_' || to_char(now() at time zone 'UTC', 'YYYYMMDD') as name`;
    await superuser.unsafe(`drop table ${today?.name}`);
    await expect(store([accepted(plugins[2])])).rejects.toThrow("no partition");
    expect(await enqueueBeat(accepted(plugins[2], "msg_partition"))).toEqual({ isDuplicate: false });
    expect(await countOf(plugins[2]?.id)).toBe(1);
    const [made] = await superuser`select relrowsecurity, relforcerowsecurity, relacl from pg_class where relname = ${today?.name ?? ""}`;
    expect(made).toEqual({ relrowsecurity: true, relforcerowsecurity: true, relacl: null });
  });

  test("a database that was set back is stored to again, not answered from memory", async () => {
    await enqueueBeat(accepted(plugins[3], "msg_lost"));
    await superuser`delete from plugin_heartbeats where plugin_id = ${plugins[3]?.id ?? ""}`;
    await superuser`delete from plugin_state where plugin_id = ${plugins[3]?.id ?? ""}`;
    expect(await enqueueBeat(accepted(plugins[3], "msg_lost"))).toEqual({ isDuplicate: false });
    expect(await countOf(plugins[3]?.id)).toBe(1);
  });

  test("a batch that the database gives up fails as a whole; nothing of it is stored, and the next goes through", async () => {
    await store([accepted(plugins[4])]);
    const before = await countOf(plugins[4]?.id);
    const lost = accepted(plugins[4], "msg_broken");
    const watch = openAs("superuser");
    let failing: Promise<unknown> = Promise.resolve();
    await superuser.begin(async (tx) => {
      await tx`select 1 from plugin_state where plugin_id = ${plugins[4]?.id ?? ""} for update`;
      failing = enqueueBeat(lost).catch((error: Error) => error);
      const waiting = await vi.waitFor(async () => {
        const [row] = await watch<
          { pid: number }[]
        >`select pid from pg_stat_activity where datname = current_database() and usename = 'center_ingest' and wait_event_type = 'Lock'`;
        if (!row) throw new Error("nobody waits");
        return row.pid;
      });
      await watch`select pg_cancel_backend(${waiting})`;
      expect(await failing).toBeInstanceOf(Error);
    });
    await watch.end();
    expect(await countOf(plugins[4]?.id)).toBe(before);
    expect(await enqueueBeat(lost)).toEqual({ isDuplicate: false });
  });

  test("a batch of nothing but repeats leaves no batch row, and the chain stands still", async () => {
    const beat = accepted(plugins[5], "msg_again");
    const first = await store([beat]);
    const second = await store([beat], first.head);
    expect(second).toEqual({ duplicates: [true], head: first.head });
    const rows = await superuser`select batch_no, beats from ingest_batches where process_id = ${first.head.processId}`;
    expect(rows).toEqual([{ batch_no: "1", beats: 1 }]);
  });
});
