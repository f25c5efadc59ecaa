import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { closeConnections } from "@/db/connection";
import { seedInstallation } from "@/db/seed";
import { workingUrl } from "@/db/working-password";
import { systemClock } from "@/lib/platform/clock";
import { environment, requireSetting } from "@/lib/platform/env";
import { log, nameProcess } from "@/lib/platform/log";
import { newToken } from "@/lib/platform/random";
import { DEMO_PORTS, type FleetFile, renewDemo, seedDemo } from "@/scripts/seed/seed-demo";
import { PLATFORM_PORTS, type PlatformFile, renewPlatform, seedPlatform } from "@/scripts/seed/seed-platform";

const { dataDir, publicUrl, firstAdminEmail, firstAdminPassword, demo } = environment();
const secretsDir = path.join(dataDir, "secrets");
const fleetFile = path.join(dataDir, "demo", "fleet.json");
const platformFile = path.join(dataDir, "demo", "platform.json");
const signingDir = path.join(dataDir, "demo", "signing");

/** Whole or not at all, and readable by nobody else. */
function writeSecretFile(file: string, content: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Ports that are free now; all are held until the last is found, so that none is given twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function seedPeople(now: Date): Promise<void> {
  const password = firstAdminPassword ?? (demo ? newToken(18) : null);
  const made = await seedInstallation({ email: firstAdminEmail, password }, now);
  if (!made) return;
  if ("url" in made) console.log(`the first administrator signs up at ${made.url} (once, until ${made.expiresAt})`);
  else if ("sentTo" in made)
    console.log(`the first administrator signs up by a link that is sent to ${made.sentTo} (once, until ${made.expiresAt})`);
  else if (!firstAdminPassword) writeSecretFile(path.join(secretsDir, "first-admin.json"), made);
}

/** The demo is laid out once; later starts only tell the shops where Center listens now. */
async function seedFleet(now: Date): Promise<void> {
  if (existsSync(fleetFile)) {
    const known = JSON.parse(readFileSync(fleetFile, "utf8")) as FleetFile;
    writeSecretFile(fleetFile, { ...known, center_url: publicUrl });
    await renewDemo(signingDir, now);
    return;
  }
  writeSecretFile(fleetFile, await seedDemo(publicUrl, await freePorts(DEMO_PORTS), signingDir, now));
}

/** The same for the platform of modules beside them. */
async function seedModules(now: Date): Promise<void> {
  const databaseUrl = requireSetting("databaseUrl");
  const dir = path.join(dataDir, "demo", "platform");
  const file = existsSync(platformFile)
    ? await renewPlatform(JSON.parse(readFileSync(platformFile, "utf8")) as PlatformFile, publicUrl, databaseUrl)
    : await seedPlatform(publicUrl, databaseUrl, { dir, ports: await freePorts(PLATFORM_PORTS) }, now);
  writeSecretFile(platformFile, file);
}

nameProcess("seed");
try {
  const now = systemClock.now();
  await seedPeople(now);
  if (demo) {
    await seedFleet(now);
    // A database server may hold another demo's platform, whose roles are not ours to change: the shops still run.
    await seedModules(now).catch((error: unknown) =>
      console.error(`seed: no demo platform: ${error instanceof Error ? error.message : error}`),
    );
  }
  const breakglass = await workingUrl("breakglass");
  writeSecretFile(path.join(secretsDir, "breakglass.json"), { url: breakglass });
  log.info("INFO_STARTED", "The installation is seeded");
} catch (error) {
  console.error(`seed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  await closeConnections();
}
