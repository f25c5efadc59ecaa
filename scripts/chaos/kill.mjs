/**
 * `npm run chaos:kill -- --rounds N --seed S`: runs the product with real agents and real plugins, kills web, worker, agents and PostgreSQL by
 * `kill -9` at random moments, and then looks whether anything was lost, done twice, left without an end or left half done. The last line counts
 * them; exit code 1 when one is not 0.
 */
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startWebhookReceiver } from "../../examples/shop/fleet/webhook-receiver.mjs";
import { setUp } from "../setup/set-up.mjs";
import { identityService } from "./identity-service.mjs";
import { awaitEnds, awaitFirstAttempt, findDoubled, findLost, tellEnds } from "./judge.mjs";
import { opsClient } from "./ops-client.mjs";
import { endAllUnder } from "./processes.mjs";
import { readArguments } from "./read-arguments.mjs";
import { seededRandom } from "./seeded-random.mjs";
import { setTheStage } from "./set-the-stage.mjs";
import { startCenter } from "./start-center.mjs";
import { strike } from "./strike.mjs";
import { startTown } from "./town.mjs";
import { startWitnesses } from "./witness-beats.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
const startedMs = performance.now();
const report = (/** @type {string} */ line) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

/** @param {{ rounds: number, seed: string }} wanted @param {string} dataDir */
async function exercise({ rounds, seed }, dataDir) {
  const identity = identityService();
  const center = await startCenter({ root, dataDir, env: identity.environment });
  report(`Center is ready at ${center.url}`);
  const { default: postgres } = await import("postgres");
  const sql = postgres(center.superuserUrl, { max: 2, onnotice: () => undefined });
  const shops = new Map();
  const receiver = { ...(await startWebhookReceiver(0, shops)), shops };
  try {
    const ops = opsClient({ url: center.url, token: () => identity.token() });
    const tenants = await setTheStage(ops);
    const witnesses = await startWitnesses({ url: center.url, ops, tenantId: tenants.ordered });
    const shopsDirectory = path.join(dataDir, "shops");
    const town = startTown({ url: center.url, shopsDirectory, ops, receiver, tenants, random: seededRandom(`${seed}/town`), report });
    await awaitFirstAttempt(sql);
    await strike({ rounds, random: seededRandom(`${seed}/kills`), center, shops: town.open, report });

    report("no more kills: everything has to come to its end");
    await ops.put("/api/ops/policy", { whitelist: [], reason: "The exercise ends: nothing new begins by itself" });
    await town.settle();
    const unended = await awaitEnds(sql);
    await town.inspectAll();
    await witnesses.stop();
    const found = {
      lost: await findLost(sql, witnesses.promised),
      doubled: await findDoubled(sql, town.all),
      unended,
      half: town.half,
    };
    report(`${witnesses.promised.size} beats were promised; ${town.all.length} shops; attempts: ${await tellEnds(sql)}`);
    await town.stop();
    return found;
  } finally {
    await sql.end({ timeout: 5 });
    receiver.close();
    await center.stop();
  }
}

const wanted = readArguments(process.argv.slice(2));
await setUp({ purpose: "check", root, env: process.env, print: report });
const dataDir = fs.mkdtempSync(path.join(tmpdir(), "center-chaos-"));
const onSignal = () => {
  endAllUnder(dataDir);
  process.exit(1);
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, onSignal);
report(`seed ${wanted.seed}, ${wanted.rounds} rounds, in ${dataDir}`);
const found = await exercise(wanted, dataDir).catch((error) => {
  endAllUnder(dataDir);
  throw error;
});
const isClean = Object.values(found).every((list) => list.length === 0);
for (const [kind, list] of Object.entries(found)) for (const what of list) report(`${kind}: ${what}`);
if (isClean) fs.rmSync(dataDir, { recursive: true, force: true });
else report(`what was found is kept in ${dataDir}`);
const counts = Object.fromEntries(Object.entries(found).map(([kind, list]) => [kind, list.length]));
console.log(JSON.stringify({ rounds: wanted.rounds, ...counts }));
process.exit(isClean ? 0 : 1);
