import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { underLease } from "@/lib/gateway/lease";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { endLeases } from "@/test/loop/worker";
import { readDeadMan } from "../queries-signs";
import { announceOutside, pingOutside } from "./ping-outside";

const superuser = openAs("superuser");
const heard: string[] = [];
const says = { ready: 200, watcher: 200 };
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const isReady = request.url === "/api/ready";
    if (!isReady) heard.push(request.url ?? "");
    request.resume().on("end", () => response.writeHead(isReady ? says.ready : says.watcher).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  process.env.PUBLIC_URL = `http://127.0.0.1:${port}`;
  process.env.DEAD_MAN_URL = `http://127.0.0.1:${port}/ping/abc`;
});
afterAll(async () => {
  await superuser.end();
  server.close();
});

async function aMinuteLater() {
  heard.length = 0;
  await superuser`update work_leases set lease_until = now() - interval '1 second' where subject_id = '00000000-0000-4000-8000-00000000005e'`;
  return pingOutside("worker:a");
}
const scanned = () =>
  underLease({ kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-00000000005c" }, "w", async () => true);

test("the outside hears of life only while everything is fresh, once a minute, and what is not fresh otherwise", async () => {
  await announceOutside();
  expect(heard).toEqual(["/ping/abc/start"]);
  expect(await aMinuteLater()).toEqual({ stale: ["scan"], is_told: true });
  expect(heard).toEqual(["/ping/abc/fail"]);
  expect(await readDeadMan()).toEqual({ is_watched: true, told_at: null });

  await scanned();
  expect(await aMinuteLater()).toEqual({ stale: [], is_told: true });
  expect(heard).toEqual(["/ping/abc"]);
  const { told_at } = await readDeadMan();
  expect(Date.now() - Date.parse(told_at ?? "")).toBeLessThan(10_000);
  // Another worker, in the same minute.
  expect(await pingOutside("worker:b")).toBeNull();

  says.ready = 503;
  expect(await aMinuteLater()).toEqual({ stale: ["web"], is_told: true });
  says.ready = 200;
  says.watcher = 500;
  expect(await aMinuteLater()).toEqual({ stale: [], is_told: false });
  says.watcher = 200;
  expect((await readDeadMan()).told_at).toBe(told_at);

  // Nobody seals, then nobody vouches.
  await makeTenant();
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_entries set at = now() - interval '4 minutes'`;
  });
  expect(await aMinuteLater()).toEqual({ stale: ["audit_seal"], is_told: true });
  await sealAll();
  expect(await aMinuteLater()).toEqual({ stale: ["audit_checkpoint"], is_told: true });
  await endLeases();
});
