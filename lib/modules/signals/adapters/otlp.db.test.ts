import { gzipSync } from "node:zlib";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtoMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, describe, expect, test, vi } from "vitest";
import { POST } from "@/app/api/otlp/v1/[signal]/route";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { listSlos } from "@/lib/modules/slo/queries-slos";
import { LIMITS } from "@/lib/platform/limits";
import { Turnstile } from "@/lib/platform/overload/turnstile";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";
import { openOtlpServer } from "../testing/otlp-server";

const superuser = openAs("superuser");
const post = (signal: string, request: Request) => POST(request, { params: Promise.resolve({ signal }) });
const { url, answered, close } = await openOtlpServer(post);
const [own, strange] = [(await makeTenant()).id, (await makeTenant()).id];
afterAll(() => Promise.all([close(), superuser.end()]));

const optionsFor = (service: MadeService, signal: string, compression?: "gzip") =>
  ({ url: `${url}/${signal}`, headers: { authorization: `Bearer ${service.token}` }, ...(compression ? { compression } : {}) }) as never;
const resourceOf = (service: MadeService, tenantId: string | null = own) =>
  resourceFromAttributes({ "service.name": service.key, ...(tenantId === null ? {} : { "tenant.id": tenantId }) });
const rows = (table: string, service: MadeService) => superuser`select * from ${superuser(table)} where module_id = ${service.id}`;

describe("an unmodified OpenTelemetry SDK", () => {
  test.each([
    ["JSON", JsonLogs, undefined],
    ["protobuf, gzipped", ProtoLogs, "gzip"],
  ] as const)("sends logs as %s", async (_name, Exporter, compression) => {
    const service = await makeModuleService([own]);
    const exporter = new Exporter(optionsFor(service, "logs", compression));
    const provider = new LoggerProvider({ resource: resourceOf(service), processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger("app");
    logger.emit({
      severityNumber: SeverityNumber.ERROR,
      body: "Größe 🙂 falsch",
      attributes: { code: "ERR_DATABASE", "exception.type": "X", n: 2 ** 40 },
    });
    logger.emit({ severityNumber: SeverityNumber.WARN2, body: { deep: ["map", true] }, attributes: { "tenant.id": strange } });
    logger.emit({ severityNumber: SeverityNumber.FATAL, body: "no code" });
    await provider.forceFlush();
    await provider.shutdown();
    const kept = await superuser`select * from module_records where module_id = ${service.id} and tenant_id = ${own} order by code`;
    expect(kept).toMatchObject([
      {
        level: "error",
        code: "ERR_DATABASE",
        class: "DATA",
        message: "Größe 🙂 falsch",
        attributes: { "exception.type": "X", n: 2 ** 40 },
      },
      { level: "error", code: "ERR_UNCLASSIFIED", message: "no code" },
    ]);
    // The one for another's tenant: refused, and noted with the platform.
    expect(await superuser`select tenant_id, code from module_records where module_id = ${service.id} and tenant_id <> ${own}`).toEqual([
      { tenant_id: PLATFORM_TENANT, code: "ERR_CROSS_TENANT" },
    ]);
  });

  test.each([
    ["JSON, gzipped", JsonTraces, "gzip"],
    ["protobuf", ProtoTraces, undefined],
  ] as const)("sends traces as %s", async (_name, Exporter, compression) => {
    const service = await makeModuleService([own]);
    const processor = new SimpleSpanProcessor(new Exporter(optionsFor(service, "traces", compression)));
    const provider = new BasicTracerProvider({ resource: resourceOf(service), spanProcessors: [processor] });
    const tracer = provider.getTracer("app");
    const now = Date.now();
    const server500 = { "reliability.surface": "admin", "http.response.status_code": 500, code: "ERR_INTERNAL" };
    const failed = tracer.startSpan("GET /x", { kind: SpanKind.SERVER, startTime: now, attributes: server500 });
    failed.recordException(new TypeError("broken"));
    failed.end(now + 250);
    tracer.startSpan("GET /y", { kind: SpanKind.SERVER, startTime: now, attributes: { "reliability.surface": "admin" } }).end(now + 50);
    const query = tracer.startSpan("SELECT", { kind: SpanKind.CLIENT, startTime: now, attributes: { "db.system.name": "postgresql" } });
    query.setStatus({ code: SpanStatusCode.ERROR });
    query.end(now + 5);
    await provider.forceFlush();
    await provider.shutdown();
    const minutes =
      await superuser`select surface, sum(requests) as requests, sum(errors) as errors, sum(db_errors) as db_errors, max(worst_ms) as worst
      from module_minutes where module_id = ${service.id} and tenant_id = ${own} group by surface order by surface`;
    expect(minutes).toEqual([
      { surface: "admin", requests: 2, errors: 1, db_errors: 0, worst: 250 },
      { surface: "tenant", requests: 0, errors: 0, db_errors: 1, worst: null },
    ]);
    const failedSpan = expect.objectContaining({
      kind: "server",
      name: "GET /x",
      is_error: true,
      code: "ERR_INTERNAL",
      trace_id: failed.spanContext().traceId,
    });
    expect(await rows("module_spans", service)).toEqual(expect.arrayContaining([failedSpan]));
    expect(await rows("module_error_minutes", service)).toMatchObject([{ code: "ERR_INTERNAL", count: 1 }]);
    // A module like any other: what it was heard to do is measured, and too little is known to call any promise kept.
    const { items } = await listSlos({ kind: "set", ids: [own] }, { module: service.key }, new Date());
    const failing = { id: `${service.key}.admin.error_rate`, events: 2, bad: 1, state: "unknown", unknown: "too_few" };
    expect(items.find(({ id }) => id === failing.id)).toMatchObject(failing);
    expect(items.find(({ id }) => id === `${service.key}.admin.latency_p95`)).toMatchObject({ events: 2, bad: 0 });
    expect(items.every(({ state }) => state === "unknown")).toBe(true);
  });

  test.each([
    ["JSON", JsonMetrics],
    ["protobuf", ProtoMetrics],
  ] as const)("sends metrics as %s: counters that only rise are counted by what is new", async (_name, Exporter) => {
    const service = await makeModuleService([own]);
    const exporter = new Exporter(optionsFor(service, "metrics"));
    const reader = new PeriodicExportingMetricReader({ exporter: exporter as never, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ resource: resourceOf(service), readers: [reader] });
    const meter = provider.getMeter("app");
    const served = meter.createHistogram("http.server.request.duration", { unit: "s" });
    const retries = meter.createCounter("jobs.retries");
    const depth = meter.createGauge("mail.queue.depth");
    meter.createCounter("unheard.of").add(1);
    served.record(0.1, { "http.response.status_code": 200 });
    served.record(2, { "http.response.status_code": 503 });
    retries.add(3);
    depth.record(12);
    await reader.forceFlush();
    served.record(0.1, { "http.response.status_code": 200 });
    retries.add(4);
    depth.record(5);
    await reader.forceFlush();
    await reader.forceFlush();
    await provider.shutdown();
    const [sum] =
      await superuser`select sum(requests) as requests, sum(errors) as errors, sum(retries) as retries, max(queue_depth_max) as depth,
      round(sum(latency_ms_sum)) as ms from module_minutes where module_id = ${service.id} and tenant_id = ${own}`;
    expect(sum).toEqual({ requests: 3, errors: 1, retries: 7, depth: 12, ms: 2_200 });
    expect(await rows("module_series", service)).toHaveLength(3);
  });

  test("what does not say whose it is belongs to the platform, and is a violation", async () => {
    const service = await makeModuleService([own]);
    const processor = new SimpleSpanProcessor(new ProtoTraces(optionsFor(service, "traces")));
    const provider = new BasicTracerProvider({ resource: resourceOf(service, null), spanProcessors: [processor] });
    provider.getTracer("app").startSpan("GET /x", { kind: SpanKind.SERVER }).end();
    await provider.forceFlush();
    expect(await rows("module_minutes", service)).toMatchObject([{ tenant_id: PLATFORM_TENANT, requests: 1 }]);
    expect(await rows("module_error_minutes", service)).toMatchObject([
      { tenant_id: PLATFORM_TENANT, code: "ERR_TENANT_MISSING", count: 1 },
    ]);
  });

  test("everything that these SDKs sent was answered 200", () => {
    expect([...new Set(answered)]).toEqual([200]);
  });
});

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const nanoseconds = () => `${Date.now()}000000`;
const logsOf = (service: MadeService, more: Record<string, unknown> = {}, name = service.key) =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: name } }] },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: nanoseconds(),
                severityNumber: 17,
                body: { stringValue: "x" },
                attributes: [{ key: "tenant.id", value: { stringValue: own } }],
                ...more,
              },
            ],
          },
        ],
      },
    ],
  });

function bearerRequest(service: MadeService, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Request {
  const given = { "content-type": "application/json", authorization: `Bearer ${service.token}`, ...headers };
  return new Request("http://center.test/api/otlp/v1/logs", { method: "POST", body, headers: given });
}

describe("POST /api/otlp/v1/[signal]", () => {
  test("the same body again is counted once", async () => {
    const service = await makeModuleService([own]);
    const body = logsOf(service);
    const answers = await Promise.all([1, 2, 3].map(async () => (await post("logs", bearerRequest(service, body))).json()));
    expect(answers).toEqual([{}, {}, {}]);
    expect(await rows("module_error_minutes", service)).toMatchObject([{ count: 1 }]);
  });

  test("a signed body is taken as well as a token", async () => {
    const service = await makeModuleService([own]);
    const request = signedModuleRequest(service, "/api/otlp/v1/logs", logsOf(service), { headers: { "content-type": "application/json" } });
    expect((await post("logs", request)).status).toBe(200);
  });

  test("another service's name is a partial success that says so", async () => {
    const service = await makeModuleService([own]);
    const answer = await (await post("logs", bearerRequest(service, logsOf(service, {}, "somebody-else")))).json();
    expect(answer).toEqual({ partialSuccess: { rejectedLogRecords: "1", errorMessage: expect.stringContaining(service.key) } });
    expect(await rows("module_records", service)).toHaveLength(0);
  });

  test.each([
    ["a counter", "jobs.retries", "sum", { asInt: "3" }, { retries: 3 }],
    ["a histogram", "http.server.request.duration", "histogram", { count: "2", sum: 1 }, { requests: 2 }],
  ])("%s alone is stored with its tenant", async (_name, name, is, value, minute) => {
    const service = await makeModuleService([own]);
    const point = { startTimeUnixNano: nanoseconds(), timeUnixNano: nanoseconds(), ...value };
    for (const aggregationTemporality of [1, 2]) {
      const metrics = [{ name, [is]: { aggregationTemporality, dataPoints: [point] } }];
      const resource = { attributes: [attribute("service.name", service.key), attribute("tenant.id", own)] };
      const body = JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
      const answer = await post("metrics", bearerRequest(service, body));
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
    }
    const twice = Object.fromEntries(Object.entries(minute).map(([field, once]) => [field, once * 2]));
    expect(await rows("module_minutes", service)).toMatchObject([{ tenant_id: own, ...twice }]);
    expect(await rows("module_series", service)).toMatchObject([{ tenant_id: own, metric: name }]);
  });

  test("a packed body is weighed as it is once unpacked", async () => {
    const service = await makeModuleService([own]);
    const weighed = vi.spyOn(Turnstile.prototype, "through");
    const body = new Uint8Array(gzipSync(JSON.stringify({ more: " ".repeat(50_000) })));
    expect((await post("logs", bearerRequest(service, body, { "content-encoding": "gzip" }))).status).toBe(200);
    expect(weighed.mock.calls.map(([weight]) => weight)).toContain(50_000 + '{"more":""}'.length);
    weighed.mockRestore();
  });

  const bomb = new Uint8Array(gzipSync(Buffer.alloc(LIMITS.signalBodyBytes + 1)));
  const proto = { "content-type": "application/x-protobuf" };
  test.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number]>([
    ["no object", "[]", {}, 400],
    ["no list", '{"resourceLogs":{}}', {}, 400],
    ["no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), {}, 400],
    ["nested too deep", `${'{"a":'.repeat(40)}1${"}".repeat(40)}`, {}, 400],
    ["__proto__", '{"__proto__":{}}', {}, 400],
    ["another media type", "x", { "content-type": "text/plain" }, 415],
    ["another encoding", "x", { "content-encoding": "br" }, 415],
    ["a bomb", bomb, { "content-encoding": "gzip" }, 413],
    ["no gzip", "x", { "content-encoding": "gzip" }, 413],
    ["cut off protobuf", new Uint8Array([0x0a, 0x05, 0x01]), proto, 400],
    ["a length beyond all bytes", new Uint8Array([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]), proto, 400],
    ["an endless number", new Uint8Array(20).fill(0xff), proto, 400],
    ["a group", new Uint8Array([0x0b]), proto, 400],
    ["a wrong token", "{}", { authorization: "Bearer mit_wrong" }, 401],
    ["another's token shape", "{}", { authorization: `Bearer mit_${"a".repeat(43)}` }, 401],
  ])("%s is refused", async (_name, body, headers, status) => {
    const service = await makeModuleService([own]);
    expect((await post("logs", bearerRequest(service, body, headers))).status).toBe(status);
  });

  test("what is no signal is not there", async () => {
    expect((await post("secrets", bearerRequest(await makeModuleService([]), "{}"))).status).toBe(404);
  });

  test("a token is good for signals alone", async () => {
    const { POST: postLines } = await import("@/app/api/modules/signals/route");
    const service = await makeModuleService([own]);
    const request = bearerRequest(service, "{}", { "content-type": "application/x-ndjson" });
    expect((await postLines(request)).status).toBe(401);
  });

  test("a token that was revoked opens nothing within two seconds", async () => {
    const service = await makeModuleService([own]);
    expect((await post("logs", bearerRequest(service, logsOf(service)))).status).toBe(200);
    await superuser`update module_tokens set revoked_at = now() where module_id = ${service.id}`;
    await expect.poll(async () => (await post("logs", bearerRequest(service, logsOf(service)))).status, { timeout: 4_000 }).toBe(401);
  });
});
