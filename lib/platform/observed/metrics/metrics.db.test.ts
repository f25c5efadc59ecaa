import { afterAll, expect, test } from "vitest";
import { GET } from "@/app/api/metrics/route";
import { POST } from "@/app/api/modules/signals/route";
import { tellLoops } from "@/lib/gateway/tell-loops";
import { tellCounts } from "@/lib/telemetry/adapters/tell-counts";
import { openAs } from "@/test/database/open-as";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { makeModuleService, signedModuleRequest } from "@/test/module-service";
import { noteRound } from "./loop-ends";
import { routeLabel } from "./route-label";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

const scrape = (authorization = `Bearer ${process.env.CRON_SECRET}`) =>
  GET(new Request("http://center.test/api/metrics", { headers: { authorization } }));

test("what processes and database know, for whoever bears the secret, and of no tenant", async () => {
  const tenantId = (await makeTenant()).id;
  await makeIncident(await makePlugin(tenantId));
  const service = await makeModuleService([tenantId]);
  const line = {
    kind: "metric",
    ts: new Date().toISOString(),
    tenant_id: tenantId,
    name: "requests",
    value: 7,
    attributes: { surface: "admin" },
  };
  await POST(signedModuleRequest(service, "/api/modules/signals", `${JSON.stringify(line)}\nbad`));
  noteRound("sweep", new Date());
  await tellLoops("worker:test");
  await tellLoops("worker:test");
  await tellCounts("worker:01234567-89ab", new Date());

  const answer = await scrape();
  const text = await answer.text();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const value = (series: string) =>
    Number(
      text
        .split("\n")
        .find((found) => found.startsWith(`${series} `))
        ?.slice(series.length + 1) ?? Number.NaN,
    );
  expect(value('center_incidents{status="open"}')).toBeGreaterThanOrEqual(1);
  expect(value('center_gateway_commands_total{command="tenant.register",outcome="done",process="web"}')).toBeGreaterThanOrEqual(1);
  expect(value('center_http_requests_total{route="/api/modules/signals",method="POST",status="200",process="web"}')).toBe(1);
  expect([
    value('center_module_signals_total{outcome="accepted",process="web"}'),
    value('center_module_signals_total{outcome="refused",process="web"}'),
  ]).toEqual([1, 1]);
  expect(value('center_module_requests_last_minutes{surface="admin"}')).toBeGreaterThanOrEqual(7);
  expect(value('center_worker_loop_age_seconds{loop="sweep"}')).toBeLessThan(60);
  expect(value('center_queue_depth{queue="outbox"}')).toBeGreaterThanOrEqual(0);
  expect(value('center_audit_unsealed_entries{part=""}')).toBeGreaterThanOrEqual(0);
  expect(value('center_process_cpu_seconds_total{process="web"}')).toBeGreaterThan(0);
  // A worker serves no page; what it counted is told all the same, once, under its own name, and without a second head for the same series.
  expect(value('center_gateway_commands_total{command="tenant.register",outcome="done",process="worker:01234567"}')).toBeGreaterThanOrEqual(
    1,
  );
  expect(value('center_http_request_duration_seconds_bucket{le="+Inf",route="/api/modules/signals",process="worker:01234567"}')).toBe(1);
  expect(text.match(/^# TYPE center_gateway_commands_total/gm)).toHaveLength(1);
  // Whoever is refused may have made the path up: no series is named after it.
  await POST(new Request("http://center.test/api/modules/made-up-key", { method: "POST" }));
  expect(await (await scrape()).text()).not.toContain("made-up-key");
  expect(text).not.toContain(tenantId);
  expect(text).not.toContain(service.key);
  expect((await scrape("Bearer wrong")).status).toBe(401);
});

test.each([
  ["/api/ops/plugins/0190a5c0-0000-7000-8000-000000000000/stream", 200, "/api/ops/plugins/:id/stream"],
  ["/api/artifacts/0123456789abcdef0123456789abcdef", 200, "/api/artifacts/:id"],
  ["/api/otlp/v1/logs", 200, "/api/otlp/v1/logs"],
  ["/api/made/up", 404, "not found"],
  ["/api/x/%F0%9F%99%82", 200, "/api/x/:id"],
  ["/a/b/c/d/e/f/g/h/i/j", 200, "/a/b/c/d/e/f/g"],
])("%s answered %i counts as %s", (path, status, label) => {
  expect(routeLabel(path, status)).toBe(label);
});
