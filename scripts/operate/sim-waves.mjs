/**
 * `npm run sim:waves -- --plugins 1000 --bad 0.3 --seed S`: simulated shops that speak the real signed protocol to a real Center (web, worker,
 * PostgreSQL). Half of them form one product line, whose good release goes to 100 % and is then recalled by one command; the others are small
 * lines of which each gets a release of its own that is totally broken on a share of its shops. Last line: merchants that ran a broken version
 * before its halt (median and p95 over those releases), the recall's time, and shops that still run a version which was pulled, by their own
 * word, or one that is only held and breaks them; besides, how many of the broken releases Center recalled by itself and how many it holds for a person, the most merchants that one of
 * these hit, and how many shops the good one reached unattended. Exit 1 when a bound is broken.
 */
import { setMaxListeners } from "node:events";
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { identityService } from "../chaos/identity-service.mjs";
import { opsClient } from "../chaos/ops-client.mjs";
import { endAllUnder } from "../chaos/processes.mjs";
import { seededRandom } from "../chaos/seeded-random.mjs";
import { startCenter } from "../chaos/start-center.mjs";
import { setUp } from "../setup/set-up.mjs";
import { brokenBounds, quantile } from "./waves/figures.mjs";
import { openFleet, publish } from "./waves/open-fleet.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
const LINE_PLUGINS = 25;
const LOOK_MS = 2_000;
const USUAL_MS = 45_000;
const [BASE, NEXT] = ["1.0.0", "1.1.0"];
const MAIN = "main-pay";
/** Waves of seconds: what is measured is the engine, not the patience. */
const SHORT = ["whitelist", "fifth", "half"].map((name) => ({ name, bake_seconds: 5, tolerance: 0.2 }));

const { values } = parseArgs({
  options: {
    plugins: { type: "string", default: "1000" },
    bad: { type: "string", default: "0.3" },
    seed: { type: "string", default: "1" },
  },
});
const [plugins, bad] = [Number(values.plugins), Number(values.bad)];
if (!(Number.isInteger(plugins) && plugins >= 50 && plugins <= 5_000)) throw new RangeError("--plugins is a whole number from 50 to 5000");
if (!(bad > 0 && bad <= 1)) throw new RangeError("--bad is a share above 0, up to 1");

/** How long a run waits before it gives up: more shops take longer on the same machine. What it found is judged by other bounds. */
const HALTED_WITHIN_MS = 10 * 60_000 + plugins * 1_200;
const COMPLETE_WITHIN_MS = 15 * 60_000 + plugins * 1_500;
const RECALLED_WITHIN_MS = 5 * 60_000 + plugins * 300;

const startedMs = performance.now();
const report = (/** @type {string} */ line) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

/**
 * A look that Center does not answer in time is none: it serves beats before readers, and is asked again.
 *
 * @param {() => Promise<boolean>} isMet @param {number} withinMs @returns {Promise<number | null>} how long it took, or null
 */
async function until(isMet, withinMs) {
  let unanswered = 0;
  for (const from = performance.now(); performance.now() - from < withinMs; await wait(LOOK_MS)) {
    const isSo = await isMet().catch((error) => {
      unanswered += 1;
      if (unanswered % 10 === 1)
        report(`${unanswered} looks were not answered, the last: ${error instanceof Error ? error.message : error}`);
      return false;
    });
    if (isSo) return performance.now() - from;
  }
  return null;
}

/** The same seed breaks the same shops, whatever order anything happens in. @param {string} slug @param {string} version */
const isBroken = (slug, version) => version === NEXT && !slug.startsWith(MAIN) && seededRandom(`${values.seed}/${slug}`).next() < bad;

function linesOf() {
  const main = Math.ceil(plugins / 2);
  const small = Math.max(1, Math.floor((plugins - main) / LINE_PLUGINS));
  const lines = Array.from({ length: small }, (_, index) => ({ key: `line-${index}`, plugins: LINE_PLUGINS, base: BASE }));
  return [{ key: MAIN, plugins: plugins - small * LINE_PLUGINS, base: BASE }, ...lines];
}

/** @param {import("../chaos/ops-client.mjs").OpsClient} ops @returns {Promise<Map<string, any>>} rollouts by plugin key */
async function readStates(ops) {
  const { items } = await ops.get("/api/ops/rollouts?limit=200");
  return new Map(items.map((/** @type {any} */ item) => [item.plugin_key, item]));
}

/** Whether nothing more happens to a release by itself: it ended, or it waits for a person because shops had to go back. @param {any} item */
function isOver(item) {
  if (["recalled", "completed", "aborted"].includes(item?.state)) return true;
  const isLeftToPeople = item?.waits_for.some((/** @type {string} */ what) => what === "suspicion" || what === "rollback_rate");
  return item?.state === "holding" && isLeftToPeople && item.counts.updating === 0;
}

/** A broken release that nobody pulled: where it stands, and what it waits for. @param {any} item */
function reportUnrecalled(item) {
  const { plugin_key, state, wave_name, waits_for, counts } = item;
  report(`${plugin_key} is ${state} in wave ${wave_name}, waits for ${waits_for.join(", ") || "nothing"}: ${JSON.stringify(counts)}`);
}

/**
 * Waits until every broken release is over and the good one is with everybody.
 *
 * @param {import("../chaos/ops-client.mjs").OpsClient} ops @param {readonly string[]} small @param {() => number} onNext shops of the main line that have it
 * @returns {Promise<{ isComplete: boolean, isHalted: boolean }>} whether the good one got there, and nothing more happens to any broken one
 */
async function watch(ops, small, onNext) {
  const halting = until(async () => {
    const now = await readStates(ops);
    return small.every((key) => isOver(now.get(key)));
  }, HALTED_WITHIN_MS);
  const done = await until(async () => (await readStates(ops)).get(MAIN)?.state === "completed", COMPLETE_WITHIN_MS);
  report(
    done === null
      ? "the good release did not reach everybody"
      : `the good release is complete at ${onNext()} shops after ${Math.round(done)} ms`,
  );
  const halted = await halting;
  report(halted === null ? "not every broken release was halted in time" : `every broken release was over after ${Math.round(halted)} ms`);
  return { isComplete: done !== null, isHalted: halted !== null };
}

/** What agents would not do, and what Center did not take. @param {readonly import("./waves/light-agent.mjs").LightAgent[]} agents */
function reportAgents(agents) {
  const refused = agents.flatMap((agent) => agent.refused);
  report(`${refused.length} commands were refused by agents${refused.length > 0 ? `: ${[...new Set(refused)].join(", ")}` : ""}`);
  const faults = agents.reduce((sum, agent) => sum + agent.faults, 0);
  report(`${faults} beats were not taken at the first try`);
}

/**
 * Sends a release of every line on its way.
 *
 * @param {import("../chaos/ops-client.mjs").OpsClient} ops @param {import("../chaos/ops-client.mjs").OpsClient} vendor
 * @param {readonly { key: string }[]} lines
 * @returns {Promise<Map<string, string>>} rollouts by plugin key
 */
async function beginRollouts(ops, vendor, lines) {
  /** @type {Map<string, string>} */
  const rollouts = new Map();
  for (const { key } of lines) {
    await publish(vendor, key, BASE);
    const releaseId = await publish(vendor, key, NEXT);
    const order = { release_id: releaseId, confirm: `${key} ${NEXT}`, reason: "a simulation", overrides: SHORT };
    rollouts.set(key, (await ops.post("/api/ops/rollouts", order)).id);
  }
  report(`${rollouts.size} rollouts have begun`);
  return rollouts;
}

/** @param {import("../chaos/start-center.mjs").RunningCenter} center @param {(email: string) => string} token @param {AbortSignal} signal */
async function simulate(center, token, signal) {
  const as = (/** @type {string} */ email) => opsClient({ url: center.url, token: () => token(email) });
  const [ops, vendor] = [as("ops@center.test"), as("vendor@center.test")];
  const lines = linesOf();
  const { next: random } = seededRandom(`${values.seed}/traffic`);
  const fleet = await openFleet({ url: center.url, ops, lines, isBroken, random });
  const agents = [...fleet.values()].flat();
  report(`${agents.length} shops of ${lines.length} product lines are registered`);
  for (const agent of agents) void agent.live(signal);
  // The judge compares with what was usual before: everybody beats a few times first.
  await wait(USUAL_MS);

  const rollouts = await beginRollouts(ops, vendor, lines);

  const small = lines.filter(({ key }) => key !== MAIN).map(({ key }) => key);
  const countNext = () => (fleet.get(MAIN) ?? []).filter(({ version }) => version === NEXT).length;
  const over = await watch(ops, small, countNext);
  const onNext = countNext();

  const id = rollouts.get(MAIN);
  const recallFrom = performance.now();
  await ops.post(`/api/ops/rollouts/${id}/recall`, { reason: "a simulation: everybody goes back" });
  const cleared = await until(async () => (fleet.get(MAIN) ?? []).every(({ version }) => version !== NEXT), RECALLED_WITHIN_MS);
  const recallMs = cleared === null ? null : Math.round(performance.now() - recallFrom);
  report(`recalled: ${recallMs === null ? "not in time" : `${recallMs} ms for ${onNext} shops`}`);
  // Beats say it too before the end: what is asked about is what Center believes as much as what is true.
  const believed = await until(async () => {
    const { items } = await ops.get("/api/ops/rollouts/recalls");
    return items.every((/** @type {any} */ item) => item.left_on_bad === 0);
  }, 60_000);
  if (believed === null) report("Center still believes that somebody runs a version which was pulled");
  const final = await readStates(ops);
  const halted = small.filter((key) => final.get(key)?.state === "recalled");
  for (const key of small.filter((each) => !halted.includes(each))) reportUnrecalled(final.get(key));
  const hits = small.map((key) => (fleet.get(key) ?? []).filter(({ suffered }) => suffered.has(NEXT)).length);
  report(`${halted.length} of ${small.length} broken releases were recalled; merchants hit: ${hits.join(" ")}`);
  reportAgents(agents);
  const onNextOf = (/** @type {string} */ key) => (fleet.get(key) ?? []).filter(({ version }) => version === NEXT);
  const left = [MAIN, ...halted].flatMap(onNextOf).length;
  // Of a release that nobody pulled, the shops that it does not break may keep it; one that it breaks may not.
  const kept = small.filter((key) => !halted.includes(key)).flatMap(onNextOf);
  const leftOnHeld = kept.filter((agent) => agent.isBroken(NEXT)).length;
  report(`${kept.length} shops keep a release that was not pulled; it breaks ${leftOnHeld} of them`);
  const hit = { hit_median: quantile(hits, 0.5), hit_p95: quantile(hits, 0.95) };
  // A release that was only held did its harm like any other, and nobody called it back: it is counted above, and besides.
  const held = small.filter((key) => final.get(key)?.state === "holding");
  const heldHits = hits.filter((_, index) => held.includes(small[index] ?? ""));
  if (held.length > 0) report(`${held.length} are held for a person; merchants hit by these: ${heldHits.join(" ")}`);
  const ended = {
    releases: small.length,
    recalled: halted.length,
    held: held.length,
    went_through: small.filter((key) => final.get(key)?.state === "completed").length,
    held_hit_max: Math.max(0, ...heldHits),
    good_shops: (fleet.get(MAIN) ?? []).length,
    good_reached: onNext,
  };
  return { found: { ...hit, recall_ms: recallMs, left_on_bad: left, left_on_held: leftOnHeld, ...ended }, ...over };
}

await setUp({ purpose: "check", root, env: process.env, print: report });
const dataDir = fs.mkdtempSync(path.join(tmpdir(), "center-waves-"));
for (const name of ["SIGINT", "SIGTERM"]) {
  process.once(name, () => {
    endAllUnder(dataDir);
    process.exit(1);
  });
}
report(`seed ${values.seed}, ${plugins} plugins, broken on ${bad}, in ${dataDir}`);
const identity = identityService();
const center = await startCenter({ root, dataDir, env: identity.environment });
const ending = new AbortController();
// Every shop rests on it.
setMaxListeners(0, ending.signal);
try {
  const { found, isComplete, isHalted } = await simulate(center, identity.token, ending.signal);
  const broken = [
    ...brokenBounds(found),
    ...(isComplete ? [] : ["a good release did not reach everybody unattended"]),
    ...(isHalted ? [] : ["a broken release was neither recalled nor held in time"]),
  ];
  for (const line of broken) report(line);
  ending.abort();
  await center.stop();
  if (broken.length === 0) fs.rmSync(dataDir, { recursive: true, force: true });
  console.log(JSON.stringify(found));
  process.exit(broken.length === 0 ? 0 : 1);
} catch (error) {
  endAllUnder(dataDir);
  throw error;
}
