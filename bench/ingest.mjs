/**
 * `npm run bench:ingest`: what a signed beat costs from the socket to the fsync, single and batched, in the production build with everything
 * on, beside an empty route handler and the bare store (node:http, HMAC, JSON.parse and the same statement). Only ratios within one run
 * mean anything. Options: --seconds N of each case (6), --rounds N (3), --warm N requests (10000), --plugins N (10000), --relays N (64),
 * --prof DIR (V8 profile of the web process).
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { startCenter } from "./center/start-center.mjs";
import { startEmptyHandler } from "./center/start-empty-handler.mjs";
import { median, runLoad } from "./load/run-load.mjs";
import { runCase } from "./measure/run-case.mjs";
import { rounded, summarise, tableOf } from "./measure/summarise.mjs";

const root = path.resolve(import.meta.dirname, "..");
const BATCH_LINES = 500;
const CLIENTS = 64;
const TENANTS = 100;
/** A run is void where the machine itself changed by more than this between its cases. */
const STEADY = 0.2;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    rounds: { type: "string", default: "3" },
    warm: { type: "string", default: "10000" },
    plugins: { type: "string", default: "10000" },
    relays: { type: "string", default: String(CLIENTS) },
    prof: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const warm = Number(values.warm);

/** @typedef {{ name: string, roots: number[], order: Parameters<typeof runLoad>[0] }} Case */

/** @param {import("./center/start-center.mjs").RunningCenter} center @param {{ port: number, pid: number }} empty @returns {Record<string, Case>} */
function casesOf(center, empty) {
  const { plugins, port, barePort, pids } = center;
  return {
    empty: { name: "empty route handler", roots: [empty.pid], order: { port: empty.port, path: "/api/empty", plugins } },
    bare: { name: "bare store", roots: [pids.bare, pids.postgres], order: { port: barePort, path: "/store", plugins } },
    single: { name: "single beats", roots: [pids.web, pids.postgres], order: { port, path: "/api/plugins/heartbeat", plugins } },
    batch: {
      name: `batches of ${BATCH_LINES}`,
      roots: [pids.web, pids.postgres],
      order: { port, path: "/api/plugins/heartbeats", plugins, linesPerRequest: BATCH_LINES, clients: Number(values.relays) },
    },
  };
}

/** A fresh Next process needs some ten thousand requests until its code is compiled; the others fewer. @param {Record<string, Case>} cases */
async function warmUp(cases) {
  const requests = { single: warm, empty: warm, bare: warm / 4, batch: warm / 100 };
  for (const [key, one] of Object.entries(cases)) {
    await runLoad({ ...one.order, requests: requests[/** @type {keyof typeof requests} */ (key)], seconds: 120 });
  }
}

const webArgs = values.prof ? ["--cpu-prof", `--cpu-prof-dir=${path.resolve(values.prof)}`] : [];
const center = await startCenter({ root, tenants: TENANTS, pluginsEach: Math.ceil(Number(values.plugins) / TENANTS), webArgs });
try {
  const cases = casesOf(center, await startEmptyHandler(center, root));
  console.log(
    `${center.plugins.length} plugins of ${TENANTS} tenants, ${CLIENTS} clients, ${values.rounds} rounds of ${seconds} s; warming up`,
  );
  await warmUp(cases);
  /** @type {Record<string, import("./measure/run-case.mjs").CaseResult[]>} */
  const results = {};
  /** @type {number[]} */
  const references = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [key, { name, roots, order }] of Object.entries(cases)) {
      const reference = await runLoad({ port: center.barePort, path: "/reference", plugins: center.plugins, seconds: 1 });
      references.push(reference.beatsPerSecond);
      const result = await runCase(name, roots, { ...order, seconds });
      results[key] = [...(results[key] ?? []), result];
      console.log(
        `round ${round + 1} ${name}: ${result.beatsPerSecond.toFixed(0)}/s, p99 ${result.p99Ms.toFixed(0)} ms, CPU s / 1,000: ${result.cpuByProcess.map((used) => used.toFixed(3)).join(" + ")} (reference ${reference.beatsPerSecond.toFixed(0)}/s)`,
      );
    }
  }
  report(results, references);
} finally {
  await center.stop();
}

/** @param {Record<string, import("./measure/run-case.mjs").CaseResult[]>} results @param {number[]} references */
function report(results, references) {
  const summary = Object.fromEntries(Object.entries(results).map(([key, rounds]) => [key, summarise(rounds)]));
  const { single, batch, bare } = /** @type {Record<string, ReturnType<typeof summarise>>} */ (summary);
  if (!single || !batch || !bare) throw new Error("a case has no result");
  console.log(`\n${tableOf(Object.values(summary), bare.beatsPerSecond)}`);
  const middle = median(references);
  const spread = Math.max(...references.map((reference) => Math.abs(reference / middle - 1)));
  console.log(
    `reference node:http + JSON.parse: ${middle.toFixed(0)}/s, furthest from it ${(spread * 100).toFixed(0)} %${spread > STEADY ? ": void, the machine was not steady; run again" : ""}`,
  );
  console.log(
    JSON.stringify({
      single_per_s: rounded(single.beatsPerSecond, 0),
      batch_per_s: rounded(batch.beatsPerSecond, 0),
      bare_per_s: rounded(bare.beatsPerSecond, 0),
      single_ratio: rounded(
        median((results.single ?? []).map((one, round) => one.beatsPerSecond / (results.bare?.[round]?.beatsPerSecond ?? Number.NaN))),
        3,
      ),
      batch_over_single: rounded(
        median((results.batch ?? []).map((one, round) => one.beatsPerSecond / (results.single?.[round]?.beatsPerSecond ?? Number.NaN))),
        2,
      ),
      kinstr_single: rounded(single.kinstrPerBeat ?? Number.NaN, 0),
      kinstr_batch: rounded(batch.kinstrPerBeat ?? Number.NaN, 0),
      is_void: spread > STEADY,
    }),
  );
}
