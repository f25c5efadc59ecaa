import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POST as beatRoute } from "@/app/api/modules/beat/route";
import { POST as resultRoute } from "@/app/api/modules/commands/[id]/result/route";
import { POST as signalsRoute } from "@/app/api/modules/signals/route";
import { POST as otlpRoute } from "@/app/api/otlp/v1/[signal]/route";
import { ensureCommandKey, readTrust } from "@/lib/access/trust";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { healIncidents } from "@/lib/modules/healing/jobs/heal-incidents";
import { scanModules } from "@/lib/modules/incidents/jobs/scan-modules";
import { listSlos } from "@/lib/modules/slo/queries-slos";
import { openAs } from "@/test/database/open-as";
import { type MadeService, makeModuleService } from "@/test/module-service";

const superuser = openAs("superuser");
const dir = mkdtempSync(path.join(tmpdir(), "otlp-app-"));
const PATIENCE_MS = 30_000;

/** Center's own routes at a real address. */
const center = createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url ?? "", "http://center.test");
  const sent = Object.entries(incoming.headers).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const body = new Uint8Array(await buffer(incoming));
  const request = new Request(url, { method: "POST", headers: new Headers(sent), body });
  const [id = ""] = url.pathname.split("/").slice(-2);
  const answer = url.pathname.startsWith("/api/otlp")
    ? await otlpRoute(request, { params: Promise.resolve({ signal: url.pathname.split("/").at(-1) ?? "" }) })
    : url.pathname.endsWith("/beat")
      ? await beatRoute(request)
      : url.pathname.endsWith("/signals")
        ? await signalsRoute(request)
        : await resultRoute(request, { params: Promise.resolve({ id }) });
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
});
const portOf = (server: typeof center) => (server.address() as AddressInfo).port;
const listen = (server: typeof center) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

let service: MadeService;
let supervisor: ChildProcess;
let app: string;

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
async function ask(route = "/"): Promise<{ status: number; pid: string } | null> {
  const answer = await fetch(`${app}${route}`).catch(() => null);
  return answer && { status: answer.status, pid: await answer.text() };
}
async function askOften(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await ask();
}
/** Requests of the module as they were counted, and those that failed. */
const counted = async () =>
  (
    await superuser`select coalesce(sum(requests), 0)::int as requests, coalesce(sum(errors), 0)::int as errors from module_minutes where module_id = ${service.id}`
  )[0];
const beats = async () => Number((await superuser`select beats from module_service_state where module_id = ${service.id}`)[0]?.beats ?? 0);
const actions = async () =>
  (await superuser`select action, state from heal_actions where module_key = ${service.key}`).map(
    ({ action, state }) => `${action} ${state}`,
  );
const incidents = async () => superuser`select type, status, heal_state from module_incidents where module_key = ${service.key}`;
async function scan(): Promise<void> {
  await superuser`update work_leases set lease_until = now() - interval '1 second' where kind = 'job'`;
  await scanModules(randomUUID(), { now: () => new Date() });
}
/** A worker's round at some instant, however long this test took to come there. */
const heal = (atMs = Date.now()) => healIncidents(`worker:${randomUUID()}`, { now: () => new Date(atMs) });

beforeAll(async () => {
  await ensureCommandKey(new Date());
  await listen(center);
  service = await makeModuleService([]);
  const free = createServer();
  await listen(free);
  app = `http://127.0.0.1:${portOf(free)}`;
  await new Promise((resolve) => free.close(resolve));
  const config = { center_url: `http://127.0.0.1:${portOf(center)}`, id: service.id, module_key: service.key, secret: service.secret };
  const told = { ...config, token: service.token, trust: await readTrust(new Date()), beat_seconds: 1 };
  writeFileSync(path.join(dir, "module.json"), JSON.stringify(told));
  writeFileSync(path.join(dir, "ahead"), "0");
  const command = [process.execPath, "--import", path.resolve("test/loop/clock-ahead.mjs"), path.resolve("test/loop/otel-app.mjs")];
  supervisor = spawn(process.execPath, ["module-client/supervise.mjs", "--config", path.join(dir, "module.json"), "--", ...command], {
    env: { ...process.env, PORT: new URL(app).port, CLOCK_FILE: path.join(dir, "ahead") },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await until(async () => (await ask()) !== null && (await beats()) > 0, "an application and its first beat");
});
afterAll(async () => {
  const ended = once(supervisor, "exit");
  supervisor.kill("SIGTERM");
  await ended;
  await new Promise((resolve) => center.close(resolve));
  rmSync(dir, { recursive: true, force: true });
  await superuser.end();
});

test("an unmodified OpenTelemetry application appears with its objectives, is wedged, restarted by a signed order, and proven well by fresh signals", async () => {
  await askOften(12);
  await until(async () => (await counted())?.requests >= 12, "its good requests");
  const { items } = await listSlos({ kind: "set", ids: [PLATFORM_TENANT] }, { module: service.key }, new Date());
  expect(items.find(({ id }) => id === `${service.key}.tenant.error_rate`)).toBeDefined();
  await scan();
  expect(await incidents()).toEqual([]);

  const first = (await ask("/wedge"))?.pid;
  await askOften(30);
  await until(async () => (await counted())?.errors >= 31, "its failures");
  await scan();
  expect(await incidents()).toMatchObject([{ type: "error_spike", status: "open" }]);
  await heal();
  expect(await actions()).toEqual(["restart ordered"]);
  // The order's minute has to pass before signals speak of what came after it: the application's next life is a minute ahead.
  writeFileSync(path.join(dir, "ahead"), "60");
  await until(async () => ((await ask())?.pid ?? first) !== first, "the application's second life");
  await until(
    async () => (await superuser`select status from module_commands where module_id = ${service.id}`)[0]?.status === "done",
    "the answer",
  );
  const obeyedMs = Date.now();
  await heal(obeyedMs);
  expect(await actions()).toEqual(["restart verifying"]);

  const before = await counted();
  await askOften(20);
  await until(async () => (await counted())?.requests >= before?.requests + 20, "requests that succeed");
  expect((await counted())?.errors).toBe(before?.errors);
  const seen = await beats();
  await until(async () => (await beats()) >= seen + 1, "a fresh beat");
  await heal(obeyedMs + 65_000);
  await until(async () => (await beats()) >= seen + 4, "three more");
  await heal(obeyedMs + 100_000);
  expect(await actions()).toEqual(["restart done"]);
  expect(await incidents()).toMatchObject([{ type: "error_spike", heal_state: "helped" }]);
  expect((await ask())?.status).toBe(200);
});
