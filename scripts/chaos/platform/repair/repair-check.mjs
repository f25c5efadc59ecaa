/**
 * `npm run repair:check -- --kills N --seed S`: a whole Center with PostgreSQL, worker and examples/platform. Two tenants are broken in every way that the
 * platform's modules mend; each job runs, is killed midway and goes on, finds nothing a second time, and is taken back, killed again. The last line
 * counts; exit code 1 when one row or file is not what it was, or fewer kills hit than were wanted.
 */
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { askControl } from "../../../../examples/platform/faults/strike.mjs";
import { signalIfAlive } from "../../../process/signal-if-alive.mjs";
import { setUp } from "../../../setup/set-up.mjs";
import { identityService } from "../../identity-service.mjs";
import { opsClient } from "../../ops-client.mjs";
import { endAllUnder } from "../../processes.mjs";
import { seededRandom } from "../../seeded-random.mjs";
import { startCenter } from "../../start-center.mjs";
import { awaitOk } from "../await-ok.mjs";
import { openPlatform } from "../open-platform.mjs";
import { breakFiles, breakRows } from "./break-rows.mjs";
import { checkRepair, REPAIRS } from "./check-repair.mjs";
import { midwayKiller } from "./kill-midway.mjs";

const KILLS = "20";
const OK_WITHIN_MS = 120_000;
/** Nobody asks the platform for anything: whatever changes, a repair changed. */
const NEVER_MS = 2 ** 31 - 1;
const BROKEN_TENANTS = 2;
const root = path.resolve(import.meta.dirname, "..", "..", "..", "..");
const startedMs = performance.now();
const report = (/** @type {string} */ line) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

/**
 * Breaks what there is to mend, and sees that only repairs mend it: Center heals nothing by itself, and the queue stands still.
 *
 * @param {{ ops: import("../../ops-client.mjs").OpsClient, sql: import("postgres").Sql, settings: import("../../../../examples/platform/read-settings.mjs").Settings }} parts
 * @returns {Promise<string[]>} the tenants
 */
async function breakPlatform({ ops, sql, settings }) {
  await ops.post("/api/ops/switches", { name: "safe_mode", scope: "global", on: true, reason: "Only repairs mend anything now" });
  signalIfAlive((await askControl(settings, "state")).pids.scheduler, "SIGKILL");
  const tenantIds = settings.tenants.slice(0, BROKEN_TENANTS).map(({ id }) => id);
  for (const id of tenantIds) {
    await breakRows(sql, id);
    breakFiles(settings.dir, id);
  }
  return tenantIds;
}

/** @param {{ kills: number, seed: string }} wanted @param {string} dataDir */
async function exercise({ kills, seed }, dataDir) {
  const identity = identityService();
  const center = await startCenter({ root, dataDir, env: identity.environment });
  report(`Center is ready at ${center.url}`);
  const { default: postgres } = await import("postgres");
  const sql = postgres(center.superuserUrl, { max: 2, onnotice: () => undefined });
  const ops = opsClient({ url: center.url, token: () => identity.token() });
  const second = opsClient({ url: center.url, token: () => identity.token("second@center.test") });
  const platform = await openPlatform({ root, center, ops, requestEveryMs: NEVER_MS });
  const { settings } = platform;
  try {
    const begun = await awaitOk(ops, OK_WITHIN_MS);
    if (!begun.isOk) throw new Error(`the platform never was OK: ${begun.wrong}`);
    const tenantIds = await breakPlatform({ ops, sql, settings });
    report("the platform was OK, and is broken now");
    const phases = REPAIRS.filter(({ isPlan }) => !isPlan).length * 2;
    const random = seededRandom(`${seed}/repairs`);
    const killer = midwayKiller({ sql, center, settings, random, report, wanted: kills, phases });
    const stage = { sql, dir: settings.dir, tenantIds, ops, second, kill: killer.kill, report };
    const mismatches = [];
    for (const repair of REPAIRS) mismatches.push(...(await checkRepair(repair, stage)));
    return { jobs: REPAIRS.length, kills: killer.hits(), mismatches: mismatches.length };
  } finally {
    await platform.stop();
    await sql.end({ timeout: 5 });
    await center.stop();
  }
}

/** @throws {RangeError | TypeError} for an option that is none */
function readWanted() {
  const { values } = parseArgs({ options: { kills: { type: "string", default: KILLS }, seed: { type: "string", default: "1" } } });
  const kills = Number(values.kills);
  if (!Number.isInteger(kills) || kills < 0 || kills > 1_000) throw new RangeError("--kills is a whole number up to 1,000");
  return { kills, seed: values.seed };
}

const wanted = readWanted();
await setUp({ purpose: "check", root, env: process.env, print: report });
const dataDir = fs.mkdtempSync(path.join(tmpdir(), "center-repair-check-"));
const onSignal = () => {
  endAllUnder(dataDir);
  process.exit(1);
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, onSignal);
report(`seed ${wanted.seed}, ${wanted.kills} kills, in ${dataDir}`);
const result = await exercise(wanted, dataDir).catch((error) => {
  endAllUnder(dataDir);
  report(`what was found is kept in ${dataDir}`);
  throw error;
});
const isClean = result.kills >= wanted.kills && result.mismatches === 0;
if (isClean) fs.rmSync(dataDir, { recursive: true, force: true });
else report(`what was found is kept in ${dataDir}`);
console.log(JSON.stringify(result));
process.exit(isClean ? 0 : 1);
