import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { migratePlatform } from "../../../examples/platform/database/migrate.mjs";
import { ROLES } from "../../../examples/platform/database/schema.mjs";
import { seedTenants } from "../../../examples/platform/database/seed-tenants.mjs";
import { MODULE_KEYS, readSettings } from "../../../examples/platform/read-settings.mjs";
import { spawnTethered } from "../../process/spawn-tethered.mjs";
import { ownerUrl } from "../../supervisor/provision-database.mjs";

/** What the platform promises to everybody, and what can be spared first. */
const CRITICALITY = { catalog: "core", cache: "optional", exports: "optional", ocr: "optional", integration: "optional" };
const SERVED = ["north", "east", "south"];
const REQUEST_EVERY_MS = 100;
const STOP_WITHIN_MS = 15_000;

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * examples/platform as somebody's own: registered by the ops API, in its own schema of Center's database server, serving three tenants; a fourth of
 * Center's tenants is not the platform's at all.
 *
 * @param {{ root: string, center: import("../start-center.mjs").RunningCenter, ops: import("../ops-client.mjs").OpsClient, requestEveryMs?: number }} parts
 *   `requestEveryMs`: how often its traffic asks for something
 * @returns {Promise<{ settings: import("../../../examples/platform/read-settings.mjs").Settings, stranger: string, stop(): Promise<void> }>}
 */
export async function openPlatform({ root, center, ops, requestEveryMs = REQUEST_EVERY_MS }) {
  const tenants = [];
  for (const slug of SERVED) tenants.push({ id: (await ops.post("/api/ops/tenants", { slug, name: slug })).id, slug, name: slug });
  const { id: stranger } = await ops.post("/api/ops/tenants", { slug: "stranger", name: "Nothing of the platform's" });
  const modules = /** @type {Record<string, { id: string, secret: string, token: string }>} */ ({});
  let trust;
  for (const key of MODULE_KEYS) {
    const criticality = /** @type {Record<string, string>} */ (CRITICALITY)[key] ?? "standard";
    const made = await ops.post("/api/ops/modules", { module_key: key, title: key, criticality });
    modules[key] = { id: made.id, secret: made.secret, token: made.token };
    trust = made.trust;
  }
  const paid = Object.fromEntries(MODULE_KEYS.filter((key) => key !== "catalog").map((key) => [key, true]));
  for (const { id } of tenants)
    await ops.post(`/api/ops/tenants/${id}/entitlements`, { modules: paid, reason: "The exercise shows everything" });

  const database = await migratePlatform(
    ownerUrl(center.dataDir, Number(new URL(center.superuserUrl).port)),
    Object.fromEntries(ROLES.map((role) => [role, randomUUID()])),
  );
  await seedTenants(database.platform_owner, tenants);
  const ports = { front: await freePort(), external: await freePort(), proxy: await freePort(), control: await freePort() };
  const dir = path.join(center.dataDir, "platform");
  const file = path.join(center.dataDir, "platform.json");
  const written = { center_url: center.url, dir, database, tenants, modules, trust, ports, control_token: randomUUID() };
  fs.writeFileSync(file, JSON.stringify(written), { mode: 0o600 });

  const env = { PATH: process.env.PATH, PLATFORM_FILE: file, PLATFORM_REQUEST_EVERY_MS: String(requestEveryMs), NODE_ENV: "production" };
  const child = spawnTethered({ root, args: ["examples/platform/platform.mjs"], env, output: "pipe" });
  const log = fs.openSync(path.join(center.dataDir, "platform.log"), "a", 0o600);
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (/** @type {Buffer} */ chunk) => fs.writeSync(log, chunk));
  return {
    settings: readSettings(file),
    stranger,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    },
  };
}
