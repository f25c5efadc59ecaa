import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { beatBody, type SignedMessage, signed } from "@/test/database/signed-beat";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";
import { type AfterBeat, acceptBeat } from "./accept-beat";

const superuser = openAs("superuser");
let tenantId: string;
let plugin: MadePlugin;
beforeAll(async () => {
  tenantId = (await makeTenant()).id;
});
afterAll(() => superuser.end());

const start = new Date();
const at = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const after = vi.fn<AfterBeat>(async () => ({ nextHeartbeatInSeconds: 15, commands: [{ payload: "x" }] }));
const accept = ({ headers, body }: SignedMessage, seconds = 0) => acceptBeat(headers, body, at(seconds), after);
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => "accepted",
    (error: Refusal) => error.kind,
  );
const rowsOf = ({ id }: MadePlugin) => superuser`select * from plugin_heartbeats where plugin_id = ${id} order by received_at, id`;
const stateOf = async ({ id }: MadePlugin) => (await superuser`select * from plugin_state where plugin_id = ${id}`)[0];

async function freshPlugin(): Promise<MadePlugin> {
  plugin = await makePlugin(tenantId);
  after.mockClear();
  return plugin;
}

describe("a beat is stored durably", () => {
  test("with every column, and the plugin's state follows", async () => {
    await freshPlugin();
    const data = {
      seq: 42,
      platform: { name: "woocommerce", version: "9.4.3", runtime: "php 8.2" },
      telemetry: { webhook_fail_rate: 0.6, latency_p95_ms: 340.5 },
      errors: [{ code: "ERR_WEBHOOK_TIMEOUT", fingerprint: "a1b2", count: 12 }],
      capabilities: ["update", "rollback"],
      disk_version: "1.2.3",
      active: false,
      last_checkpoint: "x",
    };
    const body = { ...beatBody(plugin, data), timestamp: "2026-11-21T12:00:00.5+02:00" };
    const message = signed(plugin, body, { id: "msg_first", at: start });
    expect(await accept(message, 1)).toEqual({ isDuplicate: false, nextHeartbeatInSeconds: 15, commands: [{ payload: "x" }] });
    expect(after).toHaveBeenCalledWith(
      expect.objectContaining({ tenantId, pluginId: plugin.id, webhookId: "msg_first" }),
      expect.anything(),
      at(1),
      false,
    );

    const [row] = await rowsOf(plugin);
    expect(row).toEqual({
      tenant_id: tenantId,
      plugin_id: plugin.id,
      received_at: at(1),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      webhook_id: "msg_first",
      boot_id: "00000000-0000-4000-8000-000000000001",
      seq: "42",
      sent_at: new Date("2026-11-21T10:00:00.500Z"),
      running_version: "1.2.2",
      disk_version: "1.2.3",
      is_active: false,
      telemetry: data.telemetry,
      errors: data.errors,
      body_sha256: createHash("sha256").update(message.body).digest(),
      process_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      batch_no: expect.stringMatching(/^\d+$/),
    });
    expect(await stateOf(plugin)).toEqual({
      tenant_id: tenantId,
      plugin_id: plugin.id,
      sent_at: new Date("2026-11-21T10:00:00.500Z"),
      previous_boot_id: "00000000-0000-0000-0000-000000000000",
      last_seen: at(1),
      boot_id: row?.boot_id,
      booted_at: at(1),
      seq: "42",
      running_version: "1.2.2",
      disk_version: "1.2.3",
      is_active: false,
      platform: data.platform,
      capabilities: data.capabilities,
      telemetry: data.telemetry,
      errors: data.errors,
      recent_ids: ["msg_first"],
      older_ids: [],
      ring_since: at(1),
      beats: "1",
    });
  });

  test("what a later beat leaves out stays, what it says empties", async () => {
    await freshPlugin();
    await accept(
      signed(
        plugin,
        beatBody(plugin, { capabilities: ["update"], platform: { name: "magento" }, errors: [{ code: "E", fingerprint: "f", count: 1 }] }),
      ),
    );
    await accept(signed(plugin, beatBody(plugin, { seq: 2 })), 1);
    expect(await stateOf(plugin)).toMatchObject({
      capabilities: ["update"],
      platform: { name: "magento" },
      errors: [],
      seq: "2",
      beats: "2",
    });
    await accept(signed(plugin, beatBody(plugin, { seq: 3, capabilities: [] })), 2);
    expect(await stateOf(plugin)).toMatchObject({ capabilities: [], beats: "3" });
  });

  test("a new boot begins when it is first heard of, an old one goes on", async () => {
    await freshPlugin();
    await accept(signed(plugin, beatBody(plugin)), 0);
    await accept(signed(plugin, beatBody(plugin)), 5);
    expect(await stateOf(plugin)).toMatchObject({ booted_at: at(0), last_seen: at(5) });
    await accept(signed(plugin, beatBody(plugin, { boot_id: "00000000-0000-4000-8000-000000000002", running_version: "1.2.3" })), 10);
    expect(await stateOf(plugin)).toMatchObject({ booted_at: at(10), running_version: "1.2.3" });
  });

  test("of one plugin's beats in one batch the newest is its state, whatever their ids", async () => {
    await freshPlugin();
    const beats = [3, 1, 2].map((seq) => signed(plugin, beatBody(plugin, { seq, telemetry: { seq } }, at(seq)), { id: `msg_${9 - seq}` }));
    await Promise.all(beats.map((beat) => accept(beat, 4)));
    expect(await stateOf(plugin)).toMatchObject({ seq: "3", telemetry: { seq: 3 }, beats: "3" });
  });
});

describe("case 8: replays", () => {
  test("byte for byte: no second effect at once and at +299 s, 401 at +301 s", async () => {
    await freshPlugin();
    const message = signed(plugin, beatBody(plugin), { at: start });
    await accept(message);
    const before = await stateOf(plugin);
    after.mockClear();
    for (const seconds of [0, 299]) {
      expect(await accept(message, seconds)).toEqual({ isDuplicate: true, nextHeartbeatInSeconds: 15, commands: [] });
    }
    expect(await kindOf(accept(message, 301))).toBe("unauthenticated");
    expect([await rowsOf(plugin), await stateOf(plugin)]).toEqual([[expect.anything()], before]);
    expect(after.mock.calls.map(([, , , isDuplicate]) => isDuplicate)).toEqual([true, true]);
  });

  test("the same message id, signed anew with another body", async () => {
    await freshPlugin();
    await accept(signed(plugin, beatBody(plugin), { id: "msg_same", at: start }));
    const again = signed(plugin, beatBody(plugin, { seq: 2, telemetry: {} }), { id: "msg_same", at: at(200) });
    expect(await accept(again, 200)).toMatchObject({ isDuplicate: true });
    expect(await rowsOf(plugin)).toHaveLength(1);
    expect(await stateOf(plugin)).toMatchObject({ seq: "1" });
  });

  test("many at once have one effect", async () => {
    await freshPlugin();
    const message = signed(plugin, beatBody(plugin), { at: start });
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept(message)));
    expect(answers.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
    expect(await rowsOf(plugin)).toHaveLength(1);
  });

  test("another plugin may use the same message id", async () => {
    const first = await freshPlugin();
    const second = await freshPlugin();
    await accept(signed(first, beatBody(first), { id: "msg_shared" }));
    expect(await accept(signed(second, beatBody(second), { id: "msg_shared" }))).toMatchObject({ isDuplicate: false });
  });

  test("a plugin that sends as much as it may cannot push a message out of memory", async () => {
    await freshPlugin();
    const first = signed(plugin, beatBody(plugin), { at: start });
    await accept(first);
    for (let sent = 1; sent <= 280; sent += 1) await accept(signed(plugin, beatBody(plugin, { seq: sent }), { at: at(sent) }), sent);
    expect(await accept(first, 299)).toMatchObject({ isDuplicate: true });
    expect(await rowsOf(plugin)).toHaveLength(281);
  });

  test("each id is known for 660 s, and hardly longer: memory does not grow with time", async () => {
    await freshPlugin();
    const ids = async () => {
      const { recent_ids, older_ids } = (await stateOf(plugin)) ?? {};
      return [...recent_ids, ...older_ids] as string[];
    };
    for (let beat = 0; beat <= 40; beat += 1) {
      const seconds = beat * LIMITS.heartbeatSeconds;
      await accept(signed(plugin, beatBody(plugin, { seq: beat }), { id: `msg_${beat}`, at: at(seconds) }), seconds);
      const remembered = Math.min(beat, Math.floor(LIMITS.replayMemorySeconds / LIMITS.heartbeatSeconds));
      const expected = Array.from({ length: remembered + 1 }, (_none, back) => `msg_${beat - back}`);
      expect((await ids()).slice(0, expected.length)).toEqual(expected);
    }
    expect((await ids()).length).toBeLessThanOrEqual((2 * LIMITS.replayMemorySeconds) / LIMITS.heartbeatSeconds + 1);
  });
});

describe("case 9: a signature is good for its bytes, its plugin and its endpoint alone", () => {
  let other: MadePlugin;
  let message: SignedMessage;
  beforeAll(async () => {
    other = await freshPlugin();
    await freshPlugin();
    message = signed(plugin, beatBody(plugin), { at: start });
  });
  const withHeaders = (headers: Partial<SignedMessage["headers"]>) => ({ ...message, headers: { ...message.headers, ...headers } });

  test.each([
    ["another plugin's id in the header", () => withHeaders({ pluginId: other.id })],
    ["an id that nobody has", () => withHeaders({ pluginId: "00000000-0000-4000-8000-00000000dead" })],
    ["an id that is none", () => withHeaders({ pluginId: "x' or true --" })],
    ["no id", () => withHeaders({ pluginId: null })],
    ["another message id", () => withHeaders({ webhookId: "msg_other" })],
    ["another timestamp", () => withHeaders({ webhookTimestamp: String(Math.floor(start.getTime() / 1_000) + 1) })],
    ["no signature", () => withHeaders({ webhookSignature: null })],
    [
      "another plugin's signature",
      () =>
        withHeaders({
          webhookSignature: signed(other, message.body, { id: message.headers.webhookId ?? "", at: start }).headers.webhookSignature,
        }),
    ],
    ["one more space in the body", () => ({ ...message, body: Buffer.concat([message.body, Buffer.from(" ")]) })],
    ["another plugin's id in the signed body", () => signed(plugin, beatBody(other))],
    ["a signed body of another type", () => signed(plugin, { ...beatBody(plugin), type: "plugin.command.ack" })],
    ["a signed body of no type", () => signed(plugin, { data: { plugin_id: plugin.id } })],
    ["a signed list", () => signed(plugin, [beatBody(plugin)])],
  ])("%s: 401, nothing stored", async (_what, forged) => {
    expect(await kindOf(accept(forged()))).toBe("unauthenticated");
    expect([...(await rowsOf(plugin)), ...(await rowsOf(other))]).toEqual([]);
  });

  test("while the true one is accepted", async () => {
    expect(await kindOf(accept(message))).toBe("accepted");
  });
});

describe("rate and schema", () => {
  test("over a burst of 20 it is told when to come again, and what was refused may be sent again", async () => {
    await freshPlugin();
    for (let sent = 0; sent < LIMITS.beatBurst; sent += 1) await accept(signed(plugin, beatBody(plugin)));
    const next = signed(plugin, beatBody(plugin), { at: start });
    const refusal = await accept(next).catch((error: Refusal) => error);
    expect(refusal).toMatchObject({ kind: "too-many", details: { retryAfterSeconds: 1 } });
    expect(await accept(next, 1)).toMatchObject({ isDuplicate: false });
  });

  test("forged messages do not use up a plugin's allowance", async () => {
    await freshPlugin();
    for (let sent = 0; sent < LIMITS.beatBurst + 1; sent += 1) {
      const { headers, body } = signed(plugin, beatBody(plugin));
      await kindOf(accept({ headers, body: Buffer.concat([body, Buffer.from(" ")]) }));
    }
    expect(await kindOf(accept(signed(plugin, beatBody(plugin))))).toBe("accepted");
  });

  test("case 21: what has no place in a beat is refused with its path, and nothing is stored", async () => {
    await freshPlugin();
    const refusal = await accept(signed(plugin, beatBody(plugin, { tenant_id: tenantId, level: 3 }))).catch((error: Refusal) => error);
    expect(refusal).toMatchObject({ kind: "invalid", details: { errors: [{ path: "data" }] } });
    expect(await rowsOf(plugin)).toEqual([]);
  });

  test("a beat with a strange clock spoils nobody else's", async () => {
    const strange = await freshPlugin();
    const ordinary = await freshPlugin();
    const timestamps = [
      "0000-01-01T00:00:00Z",
      "2026-11-21T10:00:00+23:59",
      `2026-11-21T10:00:00.${"9".repeat(500)}Z`,
      "9999-12-31T23:59:59-23:59",
    ];
    const odd = timestamps.map((timestamp) => kindOf(accept(signed(strange, { ...beatBody(strange), timestamp }))));
    expect(await kindOf(accept(signed(ordinary, beatBody(ordinary))))).toBe("accepted");
    expect(await Promise.all(odd)).toEqual(["invalid", "accepted", "accepted", "invalid"]);
  });
});
