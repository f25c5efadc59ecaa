import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POST } from "@/app/api/otlp/v1/[signal]/route";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { type MadeService, makeModuleService } from "@/test/module-service";

const superuser = openAs("superuser");
let own = "";
beforeAll(async () => {
  own = (await makeTenant()).id;
});
afterAll(() => superuser.end());

function post(signal: string, service: MadeService, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const type = typeof body === "string" ? "application/json" : "application/x-protobuf";
  const headers = { "content-type": type, authorization: `Bearer ${service.token}` };
  const request = new Request(`http://center.test/api/otlp/v1/${signal}`, { method: "POST", body, headers });
  return POST(request, { params: Promise.resolve({ signal }) });
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const nanoseconds = () => `${Date.now()}000000`;
const field = (number: number, ...parts: Uint8Array[]) => {
  const inner = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = inner.length; length.length === 0 || left > 0; left = Math.floor(left / 128))
    length.push((left % 128) + (left > 127 ? 128 : 0));
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), inner]);
};
const fixed = (number: number, value: string) => {
  const bytes = Buffer.alloc(9, number * 8 + 1);
  bytes.writeBigUInt64LE(BigInt(value), 1);
  return bytes;
};
const textAttribute = (key: string, value: string) => [field(1, Buffer.from(key)), field(2, field(1, Buffer.from(value)))];

/** An export in protobuf, which unlike JSON may hold NUL and texts of any length. */
const protobufOf = (service: MadeService, ...items: Uint8Array[]) =>
  new Uint8Array(
    field(1, field(1, field(1, ...textAttribute("service.name", service.key))), field(2, ...items.map((item) => field(2, item)))),
  );

describe("one hostile item spoils no other", () => {
  const kvlist = (key: string) => ({ key, value: { kvlistValue: { values: [{ key: "toString", value: { intValue: "1" } }] } } });

  test.each([
    ["NUL", "x\0"],
    ["a half of a pair at the cut", `${"x".repeat(63)}🙂`],
    ["4 MiB less a little", "x".repeat(LIMITS.signalBodyBytes - 1_000)],
  ])("a tenant's id with %s", async (_name, claimed) => {
    const service = await makeModuleService([own]);
    const record = (tenant: string) =>
      Buffer.concat([fixed(1, nanoseconds()), field(5, field(1, Buffer.from("ok"))), field(6, ...textAttribute("tenant.id", tenant))]);
    const body = protobufOf(service, record(claimed), Buffer.concat([record(own), Buffer.from([0x10, 17])]));
    expect((await post("logs", service, body)).status).toBe(200);
    expect(await superuser`select code from module_records where module_id = ${service.id} order by code`).toEqual([
      { code: "ERR_TENANT_UNKNOWN" },
      { code: "ERR_UNCLASSIFIED" },
    ]);
  });

  test.each([
    ["NUL", "jobs\0.retries", 0],
    ["4 MiB less a little", `${"x".repeat(LIMITS.signalBodyBytes - 1_000)}.retries`, 1],
  ])("a metric's name with %s", async (_name, name, rejected) => {
    const service = await makeModuleService([own]);
    const point = Buffer.concat([fixed(3, nanoseconds()), fixed(6, "3"), field(7, ...textAttribute("tenant.id", own))]);
    const counter = (named: string) => Buffer.concat([field(1, Buffer.from(named)), field(7, field(1, point), Buffer.from([0x10, 2]))]);
    const answer = await post("metrics", service, protobufOf(service, counter(name), counter("jobs.retries")));
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([200, rejected > 0]);
    expect(await superuser`select metric from module_series where module_id = ${service.id}`).toEqual([{ metric: "jobs.retries" }]);
  });

  test("objects where texts are expected, and numbers that no sum can hold", async () => {
    const service = await makeModuleService([own]);
    const resource = { attributes: [attribute("service.name", service.key), attribute("tenant.id", own)] };
    const time = { startTimeUnixNano: nanoseconds(), timeUnixNano: nanoseconds() };
    const evil = [kvlist("error.type"), { key: "n", value: { intValue: { toString: 1 } } }];
    const span = {
      ...time,
      endTimeUnixNano: time.timeUnixNano,
      traceId: "1".repeat(32),
      spanId: "1".repeat(16),
      kind: 2,
      status: { code: 2 },
    };
    const spans = [{ ...span, attributes: evil, events: [{ name: "exception", attributes: [kvlist("exception.message")] }] }];
    const counted = { ...time, asDouble: "1e308", attributes: evil };
    const timed = { ...time, count: "1e308", sum: "1e308", explicitBounds: ["1"], bucketCounts: ["1e308", "1e308"], attributes: evil };
    const metrics = [
      { name: "jobs.retries", sum: { aggregationTemporality: 1, dataPoints: [counted, counted] } },
      { name: "http.server.request.duration", histogram: { aggregationTemporality: 1, dataPoints: [timed, timed] } },
    ];
    const logRecords = [{ ...time, severityNumber: 17, eventName: { toString: 1 }, attributes: evil }];
    const bodies = {
      traces: { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] },
      metrics: { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] },
      logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] },
    };
    for (const [signal, body] of Object.entries(bodies)) {
      const answer = await post(signal, service, JSON.stringify(body));
      expect([signal, answer.status, await answer.json()]).toEqual([signal, 200, {}]);
    }
  });
});
