import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { TcpProxy } from "@/lib/telemetry/testing/tcp-proxy";
import { openAs } from "@/test/database/open-as";
import { beatBody, requestOf, signed } from "@/test/database/signed-beat";
import { type MadePlugin, makePlugin, makeTenant } from "@/test/factories";

const superuser = openAs("superuser");
const direct = new URL(process.env.DATABASE_URL ?? "");
const database = direct.pathname.slice(1);
const proxy = new TcpProxy(Number(direct.port));
const plugins: MadePlugin[] = [];
const acknowledged: string[] = [];
let postBeat: (request: Request) => Promise<Response>;
let closeConnections: (timeout?: number) => Promise<void>;

beforeAll(async () => {
  const tenant = await makeTenant();
  for (let count = 0; count < 12; count += 1) plugins.push(await makePlugin(tenant.id));
  // The settings of a process are read once: the front is loaded anew, behind the proxy.
  vi.resetModules();
  const behind = new URL(direct);
  behind.port = String(await proxy.open());
  process.env.DATABASE_URL = behind.href;
  const [single, connections] = await Promise.all([import("@/app/api/plugins/heartbeat/route"), import("@/db/connection")]);
  postBeat = single.POST;
  closeConnections = connections.closeConnections;
});
afterAll(async () => {
  proxy.close();
  await closeConnections(1);
  await superuser.end();
});

/** One beat of every plugin at once; what was answered 200 is written down, and every answer must come in time. */
async function beatAll(): Promise<number[]> {
  return Promise.all(
    plugins.map(async (plugin) => {
      const id = `msg_${randomUUID()}`;
      const started = performance.now();
      const response = await postBeat(requestOf(signed(plugin, beatBody(plugin), { id })));
      expect(performance.now() - started).toBeLessThan(2 * LIMITS.acceptDeadlineMs + 1_000);
      if (response.status === 200) acknowledged.push(id);
      else expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      return response.status;
    }),
  );
}
const only = (status: number) => plugins.map(() => status);
const untilFine = () => vi.waitFor(async () => expect(await beatAll()).toEqual(only(200)), { timeout: 25_000, interval: 200 });
async function expectNothingLost(): Promise<void> {
  const [row] =
    await superuser`select count(distinct webhook_id)::int as stored from plugin_heartbeats where webhook_id = any (${acknowledged})`;
  expect(row?.stored).toBe(acknowledged.length);
}

test("case 26: the database away: 503 in time, nothing acknowledged is lost, and fine again by itself", async () => {
  await untilFine();
  const underWay = beatAll();
  proxy.cut();
  for (const status of await underWay) expect([200, 503]).toContain(status);
  for (let round = 0; round < 3; round += 1) expect(await beatAll()).toEqual(only(503));
  proxy.mend();
  await untilFine();
  await expectNothingLost();
}, 60_000);

test("case 26: two seconds slower: 503 in time rather than a queue that grows, and fine again", async () => {
  proxy.delayMs = 2_000;
  for (let round = 0; round < 3; round += 1) for (const status of await beatAll()) expect([200, 503]).toContain(status);
  proxy.delayMs = 0;
  await untilFine();
  await expectNothingLost();
}, 90_000);

test("case 26: connections exhausted: 503 in time, and fine again", async () => {
  await superuser.unsafe(`alter database ${database} connection limit 0`);
  await superuser`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database} and usename like 'center_%' and usename <> 'center_owner'`;
  for (let round = 0; round < 3; round += 1) expect(await beatAll()).toEqual(only(503));
  await superuser.unsafe(`alter database ${database} connection limit -1`);
  await untilFine();
  await expectNothingLost();
}, 60_000);
