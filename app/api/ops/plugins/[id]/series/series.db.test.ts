import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { makePlugin, makeTenant } from "@/test/factories";
import { opsRequest } from "@/test/identity/bearer";
import * as series from "./route";

const ingest = openAs("ingest");
const STEP_MS = 300_000;
/** The newest whole step, so that every point lies before now. */
const newest = Math.floor(Date.now() / STEP_MS) * STEP_MS - STEP_MS;

interface Answer {
  readonly status: number;
  readonly json: {
    readonly step_seconds: number;
    readonly is_thinned: boolean;
    readonly points: readonly { readonly at: string; readonly value: number; readonly max: number | null; readonly after_gap: boolean }[];
  };
}

async function ask(id: string, search: Record<string, string>, given: { tenants?: string[]; roles?: string[] } = {}): Promise<Answer> {
  const response = await series.GET(await opsRequest(`/?${new URLSearchParams(search)}`, given), { params: Promise.resolve({ id }) });
  return { status: response.status, json: (await response.json()) as Answer["json"] };
}

let plugin: { id: string; tenantId: string };
let other: { id: string; tenantId: string };

/** Five-minute roll-ups so many steps before the newest. */
async function rollUps(of: { id: string; tenantId: string }, stepsBefore: readonly number[]): Promise<void> {
  const rows = stepsBefore.map((before) => ({
    tenant_id: of.tenantId,
    step_seconds: 300,
    plugin_id: of.id,
    bucket_at: new Date(newest - before * STEP_MS),
    beats: 2,
    webhooks_sent: 40,
    webhooks_failed: before,
    errors: before,
    fail_rate_sum: 0.5,
    fail_rate_count: 2,
    fail_rate_max: 0.4,
    latency_p95_sum: 0,
    latency_p95_count: 0,
    latency_p95_max: null,
    queue_depth_sum: 6,
    queue_depth_count: 2,
    queue_depth_max: 5,
  }));
  await ingest.begin(async (tx) => {
    await tx`select set_config('center.tenants', ${`{${of.tenantId}}`}, true)`;
    await tx`insert into plugin_rollups ${tx(rows)}`;
  });
}

beforeAll(async () => {
  plugin = await makePlugin((await makeTenant("Atlas")).id);
  other = await makePlugin((await makeTenant("Other")).id);
  await rollUps(plugin, [0, 1, 2, 6, 7, 300]);
  await rollUps(other, [0, 1]);
  return () => ingest.end();
});

describe("a plugin's series", () => {
  test("one hour in steps of five minutes: means with their highest, and the silence between", async () => {
    const { status, json } = await ask(plugin.id, { metric: "webhook_fail_rate", range: "1h" });
    expect(status).toBe(200);
    expect(json).toMatchObject({ step_seconds: 300, is_thinned: false });
    expect(json.points.map(({ at }) => (newest - Date.parse(at)) / STEP_MS)).toEqual([7, 6, 2, 1, 0]);
    expect(json.points.map(({ after_gap }) => after_gap)).toEqual([false, false, true, false, false]);
    expect(json.points[0]).toMatchObject({ value: 0.25, max: 0.4 });
  });

  test("what is counted is a sum without a highest", async () => {
    const { json } = await ask(plugin.id, { metric: "errors", range: "1h" });
    expect(json.points[0]).toMatchObject({ value: 7, max: null });
  });

  test("what nobody measured has no point, not a zero", async () => {
    expect((await ask(plugin.id, { metric: "latency_p95_ms", range: "24h" })).json.points).toEqual([]);
  });

  test("a day reaches further back than an hour, and three points are enough where three were asked for", async () => {
    const whole = await ask(plugin.id, { metric: "beats", range: "30d", step: "300" });
    expect(whole.json.points).toHaveLength(6);
    const thinned = await ask(plugin.id, { metric: "beats", range: "30d", step: "300", points: "3" });
    expect(thinned.json).toMatchObject({ is_thinned: true, points: [{ after_gap: false }, { after_gap: true }, {}] });
  });

  test("another tenant's plugin answers as one that nobody has", async () => {
    const scope = { tenants: [plugin.tenantId] };
    const [theirs, nobodys] = await Promise.all([other.id, randomUUID()].map((id) => ask(id, { metric: "beats" }, scope)));
    expect(theirs?.status).toBe(404);
    expect({ ...theirs?.json, trace_id: null }).toEqual({ ...nobodys?.json, trace_id: null });
  });

  test("an auditor sees none, and a span said twice is none", async () => {
    expect((await ask(plugin.id, { metric: "beats" }, { roles: ["auditor"] })).status).toBe(403);
    expect((await ask(plugin.id, { metric: "beats", range: "1h", to: new Date().toISOString() })).status).toBe(400);
  });
});
