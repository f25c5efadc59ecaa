/**
 * `npm run chaos:platform -- --seed S`: a whole Center with PostgreSQL, worker and examples/platform under traffic; breaks storage, queue, database and
 * integration one after another, waits each time until everything is OK again, and compares every row and file of every tenant with what it was. The
 * last line counts; exit code 1 when something is not OK within 120 s, differs, or reached somebody else.
 */
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { setUp } from "../../setup/set-up.mjs";
import { identityService } from "../identity-service.mjs";
import { opsClient } from "../ops-client.mjs";
import { endAllUnder } from "../processes.mjs";
import { seededRandom } from "../seeded-random.mjs";
import { startCenter } from "../start-center.mjs";
import { awaitNormal, awaitOk } from "./await-ok.mjs";
import { openPlatform } from "./open-platform.mjs";
import { planStrikes } from "./plan-strikes.mjs";
import { OK_WITHIN_MS, strikeOnce } from "./strike-platform.mjs";
import { untilFilled } from "./until-filled.mjs";
import { watchCore } from "./watch-core.mjs";

/** A containment is let go on trial where it silences what would show that the fault is gone (docs/decisions/0017). */
const NORMAL_WITHIN_MS = 10 * 60_000;
const root = path.resolve(import.meta.dirname, "..", "..", "..");
const startedMs = performance.now();
const report = (/** @type {string} */ line) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

/** @param {{ seed: string, only: string[] }} wanted @param {string} dataDir */
async function exercise({ seed, only }, dataDir) {
  const identity = identityService();
  const center = await startCenter({ root, dataDir, env: identity.environment });
  report(`Center is ready at ${center.url}`);
  const { default: postgres } = await import("postgres");
  const sql = postgres(center.superuserUrl, { max: 2, onnotice: () => undefined });
  const ops = opsClient({ url: center.url, token: () => identity.token() });
  const platform = await openPlatform({ root, center, ops });
  const { settings, stranger } = platform;
  const slugs = settings.tenants.map(({ slug }) => slug);
  const core = watchCore({ frontUrl: `http://127.0.0.1:${settings.ports.front}`, slugs });
  try {
    const begun = await awaitOk(ops, OK_WITHIN_MS);
    if (!begun.isOk) throw new Error(`the platform never was OK: ${begun.wrong}`);
    await untilFilled(sql, settings.tenants.length);
    report(`the platform is OK for ${slugs.join(", ")}; the core answers within ${Math.round(core.calibrate())} ms (p95)`);
    const plan = planStrikes(seededRandom(`${seed}/platform`), slugs).filter(({ fault }) => only.length === 0 || only.includes(fault));
    const outcomes = [];
    for (const one of plan) outcomes.push(await strikeOnce(one, { settings, stranger, ops, sql, core, report }));
    const held = await awaitNormal(ops, NORMAL_WITHIN_MS);
    for (const what of held) report(`still held back at the end: ${what}`);
    return { outcomes, held };
  } finally {
    await core.stop();
    await platform.stop();
    await sql.end({ timeout: 5 });
    await center.stop();
  }
}

/** @throws {TypeError} for an option that is none */
function readWanted() {
  const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, only: { type: "string", multiple: true } } });
  return { seed: values.seed, only: values.only ?? [] };
}

const wanted = readWanted();
await setUp({ purpose: "check", root, env: process.env, print: report });
const dataDir = fs.mkdtempSync(path.join(tmpdir(), "center-chaos-platform-"));
const onSignal = () => {
  endAllUnder(dataDir);
  process.exit(1);
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, onSignal);
report(`seed ${wanted.seed}, in ${dataDir}`);
const { outcomes, held } = await exercise(wanted, dataDir).catch((error) => {
  endAllUnder(dataDir);
  throw error;
});
const result = {
  faults: outcomes.length,
  ok: outcomes.filter(({ isOk }) => isOk).length,
  worst_recovery_ms: Math.max(0, ...outcomes.map(({ recoveryMs }) => recoveryMs)),
  hash_mismatches: outcomes.reduce((sum, { mismatches }) => sum + mismatches.length, 0),
  cross_tenant: outcomes.reduce((sum, { crossed }) => sum + crossed.length, 0),
};
const { faults, ok, worst_recovery_ms: worstMs, hash_mismatches: mismatches, cross_tenant: crossed } = result;
const isClean = faults > 0 && ok === faults && worstMs <= OK_WITHIN_MS && mismatches === 0 && crossed === 0 && held.length === 0;
if (isClean) fs.rmSync(dataDir, { recursive: true, force: true });
else report(`what was found is kept in ${dataDir}`);
console.log(JSON.stringify(result));
process.exit(isClean ? 0 : 1);
