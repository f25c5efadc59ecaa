import { type ChildProcess, spawn } from "node:child_process";
import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** Conditions of real processes: looked at often, given up late. */
const PATIENTLY = { timeout: 20_000, interval: 50 };

interface Beat {
  plugin_id: string;
  running_version: string | null;
  telemetry: Record<string, number>;
}

/** Takes every beat and never has a command: what the demo reports is the subject here. */
async function startCenter() {
  const beats: Beat[] = [];
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === "/api/plugins/heartbeat") beats.push((JSON.parse(Buffer.concat(chunks).toString()) as { data: Beat }).data);
    const answer = { server_time: new Date().toISOString(), next_heartbeat_in_s: 5, duplicate: false, commands: [] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { beats, url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, close: () => server.close() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function makeTrust() {
  const der = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" });
  const keyid = createHash("sha256").update(der).digest("hex");
  return { keys: [{ keyid, public_key: der.toString("base64") }], approver_keys: [], threshold: 2 };
}

async function makeMerchant(slug: string, version: string) {
  const secret = `whsec_${createHash("sha256").update(slug).digest("base64")}`;
  const plugin = { id: randomUUID(), secret, trust: makeTrust(), plugin_key: "demo-pay", version, channel: "stable" };
  return { tenant: { id: randomUUID(), slug, name: slug }, plugin, port: await freePort(), config: { currency_format: "swiss" } };
}

let folder: string;
let center: Awaited<ReturnType<typeof startCenter>>;
let merchants: Awaited<ReturnType<typeof makeMerchant>>[];
let inboxPort: number;
const fleets: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "fleet-"));
  center = await startCenter();
  merchants = [await makeMerchant("atlas", "1.2.2"), await makeMerchant("birch", "1.2.3")];
  inboxPort = await freePort();
  writeFleetFile();
});
afterEach(async () => {
  for (const fleet of fleets.splice(0)) await stop(fleet);
  center.close();
  rmSync(folder, { recursive: true });
});

function writeFleetFile(): void {
  const inbox = { port: inboxPort, secret: `whsec_${Buffer.alloc(24, 7).toString("base64")}` };
  writeFileSync(path.join(folder, "fleet.json"), JSON.stringify({ center_url: center.url, merchants, inbox }), { mode: 0o600 });
}

function startFleet(): ChildProcess {
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH,
    FLEET_FILE: path.join(folder, "fleet.json"),
    DEMO_DIR: path.join(folder, "demo"),
    FLEET_ORDERS_PER_SECOND: "20",
    MASTER_KEY: "a secret of Center's",
  };
  const fleet = spawn(process.execPath, [path.join(import.meta.dirname, "fleet.mjs")], {
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  fleets.push(fleet);
  return fleet;
}

async function stop(fleet: ChildProcess, how: "SIGTERM" | "disconnect" = "SIGTERM"): Promise<number | null> {
  if (fleet.exitCode !== null || fleet.signalCode !== null) return fleet.exitCode;
  const exited = once(fleet, "exit");
  if (how === "SIGTERM") fleet.kill("SIGTERM");
  else fleet.disconnect();
  await exited;
  return fleet.exitCode;
}

async function runningVersion(slug: string): Promise<string | null> {
  const port = merchants.find(({ tenant }) => tenant.slug === slug)?.port;
  const answer = await fetch(`http://127.0.0.1:${port}/__health?nonce=1`).catch(() => null);
  return answer ? ((await answer.json()) as { version: string }).version : null;
}

function expectVersions(expected: Record<string, string | null>) {
  return vi.waitFor(async () => {
    for (const [slug, version] of Object.entries(expected)) expect(`${slug} ${await runningVersion(slug)}`).toBe(`${slug} ${version}`);
  }, PATIENTLY);
}

function agentPid(slug: string): number {
  return Number(readFileSync(path.join(folder, "demo", slug, "agent.pid"), "utf8"));
}

/** A process that ended but that nobody collected still has its number, without a command line. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, "utf8") !== "";
}

function lastFailRate(slug: string): number | undefined {
  const id = merchants.find(({ tenant }) => tenant.slug === slug)?.plugin.id;
  return center.beats.filter((beat) => beat.plugin_id === id).at(-1)?.telemetry.webhook_fail_rate;
}

test("the sick shop is seen sick and the sound one sound, by their own signed beats about real traffic", async () => {
  const fleet = startFleet();
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  await vi.waitFor(() => expect(lastFailRate("atlas")).toBeGreaterThan(0.4), PATIENTLY);
  await vi.waitFor(() => expect(lastFailRate("birch")).toBe(0), PATIENTLY);
  expect(lastFailRate("atlas")).toBeLessThan(0.8);

  expect(await stop(fleet)).toBe(0);
  await expectVersions({ atlas: null, birch: null });
});

test("a killed agent comes back, with its plugin", async () => {
  startFleet();
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  const killed = agentPid("birch");
  process.kill(killed, "SIGKILL");
  await vi.waitFor(() => expect(agentPid("birch")).not.toBe(killed), PATIENTLY);
  await expectVersions({ birch: "1.2.3" });
});

test("after the whole fleet was killed, the next one takes over from the agents it left behind", async () => {
  const first = startFleet();
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  const exited = once(first, "exit");
  first.kill("SIGKILL");
  await exited;
  const shop = path.join(folder, "demo", "birch");
  const leftBehind = agentPid("birch");

  startFleet();
  await vi.waitFor(() => expect(agentPid("birch")).not.toBe(leftBehind), PATIENTLY);
  expect(isRunning(leftBehind)).toBe(false);
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  expect(readlinkSync(path.join(shop, "current"))).toBe(path.join("versions", "1.2.3"));
});

test("a second start leaves version and configuration as the agent left them, another plugin id begins afresh", async () => {
  const first = startFleet();
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  expect(await stop(first)).toBe(0);
  const shop = path.join(folder, "demo", "birch");
  const config = path.join(shop, "state", "config.json");
  writeFileSync(config, '{"currency_format":"plain"}');

  const second = startFleet();
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  expect(await stop(second)).toBe(0);
  expect(readFileSync(config, "utf8")).toBe('{"currency_format":"plain"}');

  merchants = merchants.map((merchant) => ({ ...merchant, plugin: { ...merchant.plugin, id: randomUUID(), version: "1.2.1" } }));
  writeFleetFile();
  startFleet();
  await expectVersions({ atlas: "1.2.1", birch: "1.2.1" });
  expect(JSON.parse(readFileSync(config, "utf8"))).toEqual({ currency_format: "swiss" });
});

test("the end of its parent's channel ends it as SIGTERM does", async () => {
  const fleet = startFleet();
  await expectVersions({ atlas: "1.2.2", birch: "1.2.3" });
  expect(await stop(fleet, "disconnect")).toBe(0);
  await expectVersions({ atlas: null, birch: null });
});

test.skipIf(process.platform !== "linux")("agents and plugins see none of Center's secrets, and others none of a shop's", async () => {
  startFleet();
  await expectVersions({ atlas: "1.2.2" });
  const environment = readFileSync(`/proc/${agentPid("atlas")}/environ`, "utf8");
  expect(environment).not.toContain("MASTER_KEY");
  const modes = ["agent.json", "state/config.json"].map((file) => lstatSync(path.join(folder, "demo", "atlas", file)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600]);
});

test.each([
  ["is missing", null],
  ["is no JSON", "{"],
  ["has no merchants", JSON.stringify({ center_url: "http://127.0.0.1:1", merchants: [], inbox: { port: 1, secret: "whsec_x" } })],
])("it ends with 1 when the fleet file %s", async (_what, content) => {
  const file = path.join(folder, "fleet.json");
  if (content === null) rmSync(file);
  else writeFileSync(file, content);
  const fleet = startFleet();
  expect(await once(fleet, "exit")).toEqual([1, null]);
});
