/**
 * `npm run scanner:check [-- --tenants 1000]`: a scratch PostgreSQL and a copy of this build; first nothing may be found, with one tenant and with
 * many, then 30 violations of different kinds are planted, each before the kind of scan that is there to find it (realtime, daily, weekly), and each
 * must be found by that one scan; what the database can put up again must stand in the next. Last line: `{ planted, found, false_alarms, cpu_s_1,
 * cpu_s_1000, ... }`; exit 1 when something was not found, found where nothing is, stayed down, or a scan costs or reads more than it may.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensurePostgres } from "../embedded-postgres.mjs";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
const scratch = fs.mkdtempSync(path.join(tmpdir(), "scanner-check-"));
// Whoever runs PostgreSQL for root must be able to pass through.
fs.chmodSync(scratch, 0o711);
const dataDir = path.join(scratch, "data");
/** @type {import("../embedded-postgres.mjs").Postgres | null} */
let server = null;
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
  server = await ensurePostgres({ dataDir, durable: false });
  Object.assign(process.env, {
    SUPERUSER_URL: server.superuserUrl,
    MASTER_KEY: randomBytes(32).toString("base64"),
    CRON_SECRET: randomBytes(32).toString("hex"),
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    DATA_DIR: dataDir,
    SCRATCH_DIR: scratch,
    LOG_LEVEL: "silent",
  });
  process.chdir(root);
  const { checkScanner } = await import(pathToFileURL(path.join(root, ".build", "scanner-check.mjs")).href);
  process.exitCode = await checkScanner(process.argv.slice(2));
} catch (error) {
  console.error(`scanner:check: ${/** @type {Error} */ (error).stack}`);
  process.exitCode = 1;
} finally {
  await server?.stop("immediate");
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exit();
