import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { advanceStreams } from "@/lib/telemetry/adapters/advance-streams";
import type { StreamList, StreamView } from "@/lib/telemetry/watched/queries-stream";
import { openAs } from "@/test/database/open-as";
import { makePlugin, makeTenant } from "@/test/factories";
import { opsRequest } from "@/test/identity/bearer";
import * as streams from "../streams/route";
import * as exported from "./export/route";
import * as stream from "./route";

const ingest = openAs("ingest");
const PERIOD_MS = 120_000;
const BEATS = 780;
/** The newest beats, in which the queue is full. */
const FULL = 4;
const last = Date.now() - 30_000;

type Given = { tenants?: string[]; roles?: string[] };
const params = (id: string) => ({ params: Promise.resolve({ id }) });

async function ask(id: string, search: Record<string, string>, given: Given = {}) {
  const response = await stream.GET(await opsRequest(`/?${new URLSearchParams(search)}`, given), params(id));
  return { status: response.status, json: (await response.json()) as StreamView };
}

let plugin: { id: string; tenantId: string };

/** A day and more of beats every two minutes, the newest of them half a minute ago. */
async function storeHistory(): Promise<void> {
  const boot = randomUUID();
  const rows = Array.from({ length: BEATS }, (_none, index) => {
    const at = new Date(last - (BEATS - 1 - index) * PERIOD_MS);
    return {
      tenant_id: plugin.tenantId,
      plugin_id: plugin.id,
      received_at: at,
      id: randomUUID(),
      webhook_id: `msg_${index}`,
      boot_id: boot,
      seq: index,
      sent_at: at,
      running_version: "1.0.0",
      disk_version: "1.0.0",
      is_active: true,
      telemetry: { queue_depth: index >= BEATS - FULL ? 400 : (index * 13) % 7 },
      errors: [],
      body_sha256: randomBytes(32),
      process_id: randomUUID(),
      batch_no: 1,
    };
  });
  const owner = openAs("superuser");
  for (const at of [-3, -2, -1]) await owner`select ensure_heartbeat_partitions((now() at time zone 'UTC')::date + ${at}::int, 1)`;
  await owner.end();
  await ingest.begin(async (tx) => {
    await tx`select set_config('center.tenants', ${`{${plugin.tenantId}}`}, true)`;
    await tx`insert into plugin_heartbeats ${tx(rows as never)}`;
  });
}

beforeAll(async () => {
  plugin = await makePlugin((await makeTenant("Atlas")).id);
  await storeHistory();
  const place = { tenantId: plugin.tenantId, pluginId: plugin.id };
  // As many looks as it takes: each takes in a bounded number of beats.
  for (let look = 0; look < 3; look += 1) await advanceStreams(place, new Date(last + 1_000));
  return () => ingest.end();
});

describe("a stream as the detectors see it", () => {
  test("each beat has where it was expected; the full queue lies outside, is raised and told", async () => {
    const { status, json } = await ask(plugin.id, { metric: "queue_depth", range: "1h" });
    expect(status).toBe(200);
    expect(json.points).toHaveLength(30);
    expect(json.points[0]).toMatchObject({ raised: false, after_gap: false });
    const [newest] = json.points.slice(-1);
    expect(newest).toMatchObject({ value: 400, raised: true });
    expect(newest?.value).toBeGreaterThan(newest?.high ?? Number.POSITIVE_INFINITY);
    expect(json.findings.map(({ rule_id, to }) => [rule_id, to])).toEqual(expect.arrayContaining([["spike:queue_depth", null]]));
    expect(json.findings[0]?.explain).toMatch(/^queue_depth is 400; usually it lies between/);
  });

  test("it says from where it was rebuilt, and that it comes out as the detectors themselves have it", async () => {
    const { json } = await ask(plugin.id, { metric: "queue_depth", range: "1h" });
    expect(json.rebuilt).toMatchObject({ beats: BEATS, has_bank: true, is_cut: false, agrees: true });
    const { json: past } = await ask(plugin.id, { metric: "queue_depth", range: "1h", to: new Date(last - 3_600_000).toISOString() });
    expect(past.rebuilt.agrees).toBeNull();
    expect(past.findings).toEqual([]);
  });

  test("at most as many points as asked for", async () => {
    const { json } = await ask(plugin.id, { metric: "queue_depth", range: "24h", points: "100" });
    expect(json).toMatchObject({ is_thinned: true });
    expect(json.points).toHaveLength(100);
    expect(json.points.at(-1)?.value).toBe(400);
  });

  test.each([[{}], [{ metric: "beats" }], [{ metric: "queue_depth", range: "30d" }], [{ metric: "queue_depth", points: "9999" }]])(
    "%j is refused",
    async (search) => {
      expect((await ask(plugin.id, search as Record<string, string>)).status).toBe(400);
    },
  );

  test("another tenant's plugin is none", async () => {
    const stranger = await makeTenant("Stranger");
    expect((await ask(plugin.id, { metric: "queue_depth" }, { tenants: [stranger.id] })).status).toBe(404);
    expect((await ask(randomUUID(), { metric: "queue_depth" })).status).toBe(404);
  });
});

test("the list shows what is stored of each metric: how much was seen, what comes next, what is raised", async () => {
  const response = await streams.GET(await opsRequest("/"), params(plugin.id));
  const { items } = (await response.json()) as StreamList;
  const queue = items.find(({ metric }) => metric === "queue_depth");
  expect(queue).toMatchObject({ points: BEATS, newest: expect.closeTo(400) });
  expect(queue?.raised.map(({ rule_id }) => rule_id)).toContain("spike:queue_depth");
  expect(items.find(({ metric }) => metric === "memory_mb")).toMatchObject({ points: 0, newest: null, expected: null, raised: [] });
});

test("the export is CSV with every beat of the span", async () => {
  const response = await exported.GET(
    await opsRequest(`/api/ops/plugins/${plugin.id}/stream/export?metric=queue_depth&range=1h`),
    params(plugin.id),
  );
  expect(response.headers.get("content-type")).toContain("text/csv");
  const lines = (await response.text()).trim().split("\r\n");
  expect(lines[0]).toBe('"at","value","expected_low","expected_high","novelty_score","raised"');
  expect(lines).toHaveLength(31);
  // A number below zero would be a formula to a spreadsheet.
  expect(lines.slice(1).every((line) => !/"[=+\-@]/.test(line))).toBe(true);
});
