import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./host/run-process.mjs";
import { packVersion } from "./pack.mjs";
import { recallRollout, versionIn } from "./recall-rollout.mjs";

/** What goes through a wave, from which version, to which shops: two merchants, so that the wave reaches one before the other. */
export const ROLLED_OUT = Object.freeze({ key: "wp-pay-wave", before: "1.0.1", next: "1.0.2", shops: ["wave-first", "wave-second"] });

const LONGEST_MS = 300_000;
/** Hosters visit a shop's cron page by the clock; the agent decides whether a beat is due. */
const CRON_MS = 5_000;
/** One merchant, then everybody; waves bake for seconds, and are widened by what the judge saw. */
const WAVES = Object.freeze([
  { name: "whitelist", merchants: 1, bake_seconds: 5, tolerance: 0.2 },
  { name: "fifth", bake_seconds: 0, tolerance: 0.2 },
  { name: "half", bake_seconds: 0, tolerance: 0.2 },
]);

/**
 * @typedef {import("./recall-rollout.mjs").Ops} Ops
 * @typedef {import("./recall-rollout.mjs").Watched} Watched
 * @typedef {import("./journeys.mjs").Case} Case
 */

/**
 * A signed release on its way: rehearsed, one shop, everybody; then a person recalls it from everybody.
 * @param {Ops} ops @param {Watched[]} shops
 * @returns {Promise<{ cases: Case[], recalled: number }>} recalled: shops that left it
 */
export async function rollOut(ops, shops) {
  const cron = startCron(shops);
  try {
    const id = await start(ops, shops);
    const rollout = await followRollout(ops, id);
    const wave = await judgeWaves(ops, rollout, shops);
    if (!wave.isOk) return { cases: [wave], recalled: 0 };
    const signed = judgeSignatures(shops);
    const { ms, left } = await recallRollout(ops, id, ROLLED_OUT.before, shops);
    const recalled = shops.length - left.length;
    const said = `${recalled} of ${shops.length} shops left ${ROLLED_OUT.next} within ${ms} ms ${left.join(", ")}`;
    return { cases: [wave, signed, { name: "recall after 100 %", isOk: left.length === 0, said }], recalled };
  } finally {
    await cron.stop();
  }
}

/** @param {Watched[]} shops */
function startCron(shops) {
  const closing = new AbortController();
  const visit = (/** @type {Watched} */ { url }) =>
    fetch(`${url}/?reliability_agent=wake`).then(
      (answer) => answer.text(),
      () => "no answer",
    );
  const running = (async () => {
    while (!closing.signal.aborted) {
      await Promise.all(shops.map(visit));
      await new Promise((resolve) => setTimeout(resolve, CRON_MS));
    }
  })();
  return {
    stop: () => {
      closing.abort();
      return running;
    },
  };
}

/** An approver who did not make it sends it on its way, once every shop has been heard of. @param {Ops} ops @param {Watched[]} shops */
async function start(ops, shops) {
  const isHeard = async (/** @type {Watched} */ { pluginId }) =>
    (await ops.get(`/api/ops/plugins/${pluginId}`)).running_version === ROLLED_OUT.before;
  await until(async () => (await Promise.all(shops.map(isHeard))).every(Boolean), "the first beat of every shop", LONGEST_MS);
  const { key, next } = ROLLED_OUT;
  const { items } = await ops.get(`/api/ops/releases?plugin_key=${key}`);
  const release = items.find((/** @type {any} */ one) => one.version === next);
  const order = { release_id: release.id, confirm: `${key} ${next}`, reason: "The journeys send it to everybody", overrides: WAVES };
  return (await ops.post("/api/ops/rollouts", order)).id;
}

/** @param {Ops} ops @param {string} id @returns {Promise<any>} the rollout as it came to rest */
async function followRollout(ops, id) {
  let rollout = await ops.get(`/api/ops/rollouts/${id}`);
  await until(
    async () => {
      rollout = await ops.get(`/api/ops/rollouts/${id}`);
      return ["completed", "aborted", "recalled"].includes(rollout.state);
    },
    "the end of the rollout",
    LONGEST_MS,
  ).catch((error) => {
    throw new Error(`${error.message}: ${rollout.state} in wave ${rollout.wave_name}, waits for ${rollout.waits_for}`);
  });
  return rollout;
}

/**
 * Whether everybody has it, and nobody had it before the one of the first wave had proven it.
 * @param {Ops} ops @param {any} rollout @param {Watched[]} shops @returns {Promise<Case>}
 */
async function judgeWaves(ops, rollout, shops) {
  const attempts = await Promise.all(
    shops.map(async ({ pluginId }) => (await ops.get(`/api/ops/autopatch-attempts?plugin_id=${pluginId}`)).items[0]),
  );
  const begun = attempts.map((attempt) => Date.parse(attempt?.created_at)).toSorted((a, b) => a - b);
  const [first] = rollout.waves;
  const provenAt = Date.parse(first.proven_at);
  const runs = await Promise.all(shops.map(versionIn));
  const isInTurn = Number(begun[0]) < provenAt && begun.slice(1).every((at) => at >= provenAt);
  const isEverywhere = rollout.state === "completed" && runs.every((version) => version === ROLLED_OUT.next);
  const figures = first.verdict ? `${first.verdict.canary.events} webhooks with it, ${first.verdict.control.events} without` : "no verdict";
  const said = `${rollout.state}, ${first.counts.proven} shop first (${first.verdict?.decision} on ${figures}), then everybody: ${runs.join(", ")}`;
  const isByEvidence = first.counts.proven === 1 && first.verdict?.decision === "commit" && first.proven_reason === null;
  return { name: "rollout in waves", isOk: isEverywhere && isInTurn && isByEvidence, said: isInTurn ? said : `${said}; out of turn` };
}

/**
 * What each agent believes and keeps: the vendor's own list, under two keys that Center never held, with the very bytes that were installed.
 * @param {Watched[]} shops @returns {Case}
 */
function judgeSignatures(shops) {
  const { key, next } = ROLLED_OUT;
  const sha256 = createHash("sha256").update(packVersion(key, next)).digest("hex");
  const isSigned = (/** @type {Watched} */ { dir }) => {
    const { pin, targets } = JSON.parse(readFileSync(join(dir, "state", "tuf.json"), "utf8"));
    const { signed, signatures } = JSON.parse(targets[key]);
    return pin !== undefined && signatures.length === 2 && signed.targets[`${key}/${next}`]?.hashes.sha256 === sha256;
  };
  const unsigned = shops.filter((shop) => !isSigned(shop)).map(({ name }) => name);
  const said = `${shops.length - unsigned.length} of ${shops.length} shops took it under two off-line signatures ${unsigned.join(", ")}`;
  return { name: "signed by its vendor", isOk: unsigned.length === 0, said };
}
