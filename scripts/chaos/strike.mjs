import { setTimeout as wait } from "node:timers/promises";
import { signalIfAlive } from "../process/signal-if-alive.mjs";

/** Mean time between two rounds. */
const PACE_MS = 2_000;
const BACK_WITHIN_MS = 60_000;
const POLL_MS = 50;
/** One round in five strikes two at once. */
const TWICE = 0.2;

const TARGETS = /** @type {const} */ (["web", "worker", "postgres", "agent", "agent"]);
/** @typedef {(typeof TARGETS)[number]} Target */

/** @param {import("./seeded-random.mjs").Random} random @returns {Target[]} one, or two that differ */
function pickTargets(random) {
  const first = random.pick(TARGETS);
  return random.next() < TWICE ? [first, random.pick(TARGETS.filter((other) => other !== first))] : [first];
}

/** @param {Target} target @param {import("./start-center.mjs").RunningCenter} center @returns {boolean} false while it is down */
function killProgram(target, center) {
  const pid = target === "agent" ? null : center.findPid(target);
  return pid !== null && signalIfAlive(pid, "SIGKILL");
}

/**
 * Kills one target. One that is down is let live for a random while first: else it would always die at its birth.
 *
 * @param {Target} target
 * @param {import("./start-center.mjs").RunningCenter} center
 * @param {Set<import("./open-shop.mjs").Shop>} shops
 * @param {import("./seeded-random.mjs").Random} random
 * @returns {Promise<string>} who died
 * @throws {Error} when nobody brings it back
 */
async function kill(target, center, shops, random) {
  const lifeMs = random.between(0, 2 * PACE_MS);
  for (const deadline = performance.now() + BACK_WITHIN_MS; performance.now() < deadline; await wait(POLL_MS)) {
    if (target === "agent") {
      const shop = shops.size > 0 ? random.pick([...shops]) : null;
      if (shop?.kill()) return `agent of ${shop.slug}`;
    } else if (center.findPid(target) === null) {
      while (center.findPid(target) === null && performance.now() < deadline) await wait(POLL_MS);
      await wait(lifeMs);
    } else if (killProgram(target, center)) return target;
    if (center.hasEnded()) throw new Error("the supervisor itself has ended");
  }
  throw new Error(`${target} did not come back within ${BACK_WITHIN_MS / 1_000} s`);
}

/**
 * `kill -9` at random moments: who and when is the generator's choice.
 *
 * @param {object} exercise
 * @param {number} exercise.rounds
 * @param {import("./seeded-random.mjs").Random} exercise.random
 * @param {import("./start-center.mjs").RunningCenter} exercise.center
 * @param {Set<import("./open-shop.mjs").Shop>} exercise.shops those open now
 * @param {(line: string) => void} exercise.report
 */
export async function strike({ rounds, random, center, shops, report }) {
  for (let round = 1; round <= rounds; round += 1) {
    await wait(random.between(0, 2 * PACE_MS));
    const dead = await Promise.all(pickTargets(random).map((target) => kill(target, center, shops, random)));
    report(`round ${round} of ${rounds}: ${dead.join(" and ")}`);
  }
}
