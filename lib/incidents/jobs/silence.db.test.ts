import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/platform/clock";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { endLeases, runWorker, withoutFaults } from "@/test/loop/worker";
import { scan } from "./scan";

let siteStatus: number | null = 200;
let probes = 0;
const probedPaths: string[] = [];
const site = createServer((request, response) => {
  probes += 1;
  probedPaths.push(request.url ?? "");
  if (siteStatus === null) request.socket.destroy();
  else response.writeHead(siteStatus).end("welcome");
});

process.env.OUTBOUND_ALLOW = "127.0.0.1/32";
stopTime();
let probeUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  probeUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  await setPolicy();
});
afterAll(() => {
  site.close();
});

/** A healthy shop that beats once and then says no more. */
async function quiet(given: { probeUrl?: string } = {}): Promise<Shop> {
  const shop = await makeShop({ version: "1.2.3", behaviours: { "1.2.3": {} }, ...given });
  await shop.live(2, 120);
  return shop;
}
/** Scans twice a minute for a while. */
async function scanFor(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 30) {
    passSeconds(30);
    await endLeases();
    await withoutFaults(() => scan("scanner", systemClock));
  }
}
const incidentsOf = async (shop: Shop) => (await shop.records()).incidents;

test("without a probe it is late after a period and its grace, and an incident after a second one", async () => {
  const shop = await quiet();
  await scanFor(270);
  expect(await incidentsOf(shop)).toEqual([]);
  await scanFor(30);
  expect(await incidentsOf(shop)).toMatchObject([{ type: "silence", severity: "high", status: "open" }]);
  await scanFor(120);
  expect(await incidentsOf(shop)).toHaveLength(1);
  await runWorker();
  const { attempts, decisions } = await shop.records();
  expect(decisions).toMatchObject([{ decision: { action: "notify" } }]);
  expect(attempts).toEqual([]);
});

test("a site that answers keeps its quiet agent late: nobody is woken", async () => {
  siteStatus = 200;
  const shop = await quiet({ probeUrl });
  probes = 0;
  await scanFor(150);
  expect(probes).toBe(0);
  await scanFor(450);
  expect(probes).toBeGreaterThan(0);
  expect(await incidentsOf(shop)).toEqual([]);
});

test("one that is watched closely is probed before it is called lost, by the same figures", async () => {
  siteStatus = 200;
  const shop = await makeShop({ releases: {}, probeUrl: `${probeUrl}watched` });
  await shop.live(2);
  expect(await incidentsOf(shop)).toMatchObject([{ type: "webhook_fail_rate", severity: "medium" }]);
  await scanFor(60);
  expect(probedPaths).not.toContain("/watched");
  await scanFor(240);
  expect(probedPaths).toContain("/watched");
  expect(await incidentsOf(shop)).toMatchObject([{ type: "webhook_fail_rate", severity: "medium" }]);
  siteStatus = 503;
  await scanFor(30);
  expect(await incidentsOf(shop)).toMatchObject([{ type: "webhook_fail_rate", severity: "high" }]);
  siteStatus = 200;
});

test("registration only claims a version: what a rollback may go back to is what ran well for a while", async () => {
  const shop = await quiet();
  expect((await shop.records()).plugin).toMatchObject({ version: "1.2.3", lastGoodVersion: null });
  for (let beats = 0; beats < 5; beats += 1) {
    await shop.live(1, 120);
    await scanFor(30);
  }
  expect((await shop.records()).plugin.lastGoodVersion).toBe("1.2.3");
});

test.each([
  ["a broken connection", null],
  ["a server error", 503],
])("a site that answers the probe with %s is lost at once", async (_what, status) => {
  siteStatus = status;
  const shop = await quiet({ probeUrl });
  await scanFor(150);
  expect(await incidentsOf(shop)).toEqual([]);
  await scanFor(60);
  const [incident] = await incidentsOf(shop);
  expect(incident).toMatchObject({ type: "silence", finding: { explain: expect.stringContaining("did not answer the probe") } });
  siteStatus = 200;
});

test("beats that come again end it by themselves", async () => {
  siteStatus = null;
  const shop = await quiet({ probeUrl });
  await scanFor(210);
  expect(await incidentsOf(shop)).toMatchObject([{ status: "open" }]);
  siteStatus = 200;
  await shop.live(3);
  expect(await incidentsOf(shop)).toMatchObject([{ status: "resolved", resolvedBy: null }]);
});

test("ten scans at once are one", async () => {
  passSeconds(30);
  await endLeases();
  const reports = await Promise.all(Array.from({ length: 10 }, (_, index) => scan(`scanner:${index}`, systemClock)));
  expect(reports.filter(({ ran }) => ran)).toHaveLength(1);
});
