import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST } from "@/app/api/modules/signals/route";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";

const superuser = openAs("superuser");
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
let [own, strange] = ["", ""];
let service: MadeService;
beforeAll(async () => {
  [own, strange] = [(await makeTenant()).id, (await makeTenant()).id];
  service = await makeModuleService([own]);
});
afterAll(() => superuser.end());

const now = () => new Date().toISOString();
const record = (more: Record<string, unknown> = {}) => ({
  ts: now(),
  level: "error",
  code: "ERR_DATABASE",
  class: "DATA",
  trace_id: TRACE,
  tenant_id: own,
  actor_id: null,
  module_id: null,
  message: "Failed for 123",
  attributes: {},
  ...more,
});
const metric = (name: string, value: number, more: Record<string, unknown> = {}) => ({
  kind: "metric",
  ts: now(),
  tenant_id: own,
  name,
  value,
  ...more,
});
const lines = (...items: readonly unknown[]) => items.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join("\n");

async function send(from: MadeService, body: string, id?: string) {
  const response = await POST(signedModuleRequest(from, "/api/modules/signals", body, id === undefined ? {} : { id }));
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}
const records = (from: MadeService) => superuser`select * from module_records where module_id = ${from.id} order by id`;
const minutes = (from: MadeService) => superuser`select * from module_minutes where module_id = ${from.id}`;
const errors = (from: MadeService) => superuser`select * from module_error_minutes where module_id = ${from.id} order by code`;

describe("POST /api/modules/signals", () => {
  test("records and measurements are durable and added up when it is answered", async () => {
    const from = await makeModuleService([own]);
    const at = now();
    const body = lines(
      record({ ts: at }),
      record({ ts: at, message: "Failed for 456" }),
      metric("request_ms", 100, { ts: at, attributes: { surface: "admin", trace_id: TRACE } }),
      metric("request_ms", 300, { ts: at, attributes: { surface: "admin", ok: false } }),
      metric("queue_depth", 7, { ts: at, attributes: { surface: "admin" } }),
    );
    expect(await send(from, body)).toEqual({
      status: 200,
      answer: { accepted: 5, refused: [], refused_count: 0, duplicate: false, server_time: expect.any(String) },
    });
    expect(await records(from)).toHaveLength(2);
    expect(await errors(from)).toMatchObject([{ tenant_id: own, code: "ERR_DATABASE", count: 2, sample_trace_id: TRACE }]);
    expect(await minutes(from)).toMatchObject([
      {
        tenant_id: own,
        surface: "admin",
        requests: 2,
        errors: 1,
        latency_ms_sum: 400,
        queue_depth_max: 7,
        latency: { 25: 1, 31: 1 },
        worst_ms: 300,
      },
    ]);
  });

  test("the same message again is answered the same and counted once; another body under its id is a conflict", async () => {
    const from = await makeModuleService([own]);
    const body = lines(metric("requests", 3), record());
    const first = await send(from, body, "msg_same");
    const [again, atOnce] = await Promise.all([send(from, body, "msg_same"), send(from, body, "msg_same")]);
    for (const { answer } of [again, atOnce]) expect(answer).toEqual({ ...first.answer, duplicate: true, server_time: expect.any(String) });
    expect((await send(from, lines(record()), "msg_same")).status).toBe(409);
    expect([(await minutes(from))[0]?.requests, (await records(from)).length]).toEqual([3, 1]);
  });

  test("two batches of the same minute at once add up", async () => {
    const from = await makeModuleService([own]);
    const at = now();
    const body = lines(metric("request_ms", 10, { ts: at }), metric("retries", 1, { ts: at }));
    await Promise.all(Array.from({ length: 8 }, () => send(from, body)));
    expect(await minutes(from)).toMatchObject([{ requests: 8, retries: 8, latency: { 12: 8 } }]);
  });

  test("each bad line is named and spoils no other", async () => {
    const from = await makeModuleService([own]);
    const bad: readonly (readonly [unknown, string])[] = [
      ["{", "ERR_UNREADABLE"],
      ["", "ERR_UNREADABLE"],
      ["[]", "ERR_INVALID"],
      [`{"a":${"[".repeat(40)}${"]".repeat(40)}}`, "ERR_UNREADABLE"],
      ['{"__proto__":{}}', "ERR_UNREADABLE"],
      [record({ level: "fatal" }), "ERR_INVALID"],
      [record({ code: "DROP TABLE" }), "ERR_INVALID"],
      [record({ trace_id: "0".repeat(32) }), "ERR_INVALID"],
      [record({ extra: 1 }), "ERR_INVALID"],
      [record({ message: "x".repeat(9_000) }), "ERR_UNREADABLE"],
      [record({ attributes: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a${index}`, 1])) }), "ERR_INVALID"],
      [record({ ts: "2020-01-01T00:00:00Z" }), "ERR_INVALID"],
      [record({ ts: "2999-01-01T00:00:00Z" }), "ERR_INVALID"],
      [metric("made_up", 1), "ERR_INVALID"],
      [metric("requests", -1), "ERR_INVALID"],
      [record({ tenant_id: null }), "ERR_TENANT_MISSING"],
      [record({ tenant_id: strange }), "ERR_TENANT_UNKNOWN"],
      [metric("requests", 1, { tenant_id: "00000000-0000-4000-8000-00000000dead" }), "ERR_TENANT_UNKNOWN"],
    ];
    const { answer } = await send(from, lines(...bad.map(([line]) => line), record()));
    expect(answer).toMatchObject({ accepted: 1, refused_count: bad.length });
    const refused = answer.refused as { line: number; code: string }[];
    expect(refused.map(({ line, code }) => [line, code])).toEqual(bad.map(([, code], index) => [index + 1, code]));
  });

  test("who speaks for another's tenant leaves nothing there, and a mark with the platform", async () => {
    const from = await makeModuleService([own]);
    await send(
      from,
      lines(record({ tenant_id: strange }), metric("requests", 9, { tenant_id: strange }), record({ tenant_id: undefined })),
    );
    expect(await superuser`select 1 from module_records where module_id = ${from.id} and tenant_id = ${strange}`).toHaveLength(0);
    expect(await minutes(from)).toHaveLength(0);
    expect((await errors(from)).map(({ tenant_id, code, count }) => [tenant_id, code, count])).toEqual([
      [PLATFORM_TENANT, "ERR_CROSS_TENANT", 1],
      [PLATFORM_TENANT, "ERR_TENANT_MISSING", 1],
    ]);
  });

  test("the free core speaks for every tenant, anything else only for those that have it", async () => {
    const core = await makeModuleService([], { criticality: "core" });
    const paid = await makeModuleService([]);
    expect((await send(core, lines(record()))).answer).toMatchObject({ accepted: 1 });
    expect((await send(paid, lines(record()))).answer).toMatchObject({ accepted: 0, refused_count: 1 });
  });

  test("what was not signed by it, or too long ago, or is too much is refused before it is read", async () => {
    const forged = signedModuleRequest(
      { ...service, secret: (await makeModuleService([])).secret },
      "/api/modules/signals",
      lines(record()),
    );
    const old = signedModuleRequest(service, "/api/modules/signals", lines(record()), { at: new Date(Date.now() - 400_000) });
    const long = signedModuleRequest(service, "/api/modules/signals", "\n".repeat(1_001));
    const packed = signedModuleRequest(service, "/api/modules/signals", "x", { headers: { "content-encoding": "gzip" } });
    const json = signedModuleRequest(service, "/api/modules/signals", "{}", { headers: { "content-type": "application/json" } });
    const statuses = await Promise.all([forged, old, long, packed, json].map(async (request) => (await POST(request)).status));
    expect(statuses).toEqual([401, 401, 413, 415, 415]);
  });

  test.each([
    ["a signature of nobody's", () => signedModuleRequest({ ...service, id: randomUUID() }, "/x", "x").headers],
    ["no signature at all", () => new Headers({ "content-type": "application/x-ndjson" })],
  ])("of %s not a byte is read", async (_what, headersOf) => {
    let pulled = 0;
    const body = new ReadableStream(
      { pull: (to) => (pulled++ < 4 ? to.enqueue(new Uint8Array(1024 * 1024)) : to.close()) },
      { highWaterMark: 0 },
    );
    const request = new Request("http://center.test/x", { method: "POST", headers: headersOf(), body, duplex: "half" } as RequestInit);
    expect([(await POST(request)).status, pulled]).toEqual([401, 0]);
  });

  test("a revoked service, or one whose secret was replaced, is believed no more within two seconds", async () => {
    const from = await makeModuleService([own]);
    expect((await send(from, lines(record()))).status).toBe(200);
    await superuser`update module_services set status = 'revoked', updated_at = now() where id = ${from.id}`;
    await expect.poll(async () => (await send(from, lines(record()))).status, { timeout: 4_000 }).toBe(401);
  });
});
