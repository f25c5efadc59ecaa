import { setTimeout as wait } from "node:timers/promises";
import { askControl } from "../../../../examples/platform/faults/strike.mjs";
import { signalIfAlive } from "../../../process/signal-if-alive.mjs";

const LOOK_MS = 5;
const ALIVE_WITHIN_MS = 60_000;
/** Later than this a phase may be over before anybody is hit. */
const LATEST = 0.9;

/**
 * @typedef {"worker" | "front"} Victim
 * @typedef {{ runId: string, rows: number, isBack: boolean, victims: readonly Victim[] }} Phase rows: how many it moves
 */

/**
 * Kills processes in the middle of repairs, at the moments that the journal of rows shows. The phases that are left share the kills that are
 * left: whoever was missed in one is hit in a later one.
 *
 * @param {{ sql: import("postgres").Sql, center: import("../../start-center.mjs").RunningCenter, settings: import("../../../../examples/platform/read-settings.mjs").Settings,
 *   random: import("../../seeded-random.mjs").Random, report: (line: string) => void, wanted: number, phases: number }} parts
 *   `wanted`: kills in all, over so many `phases`
 */
export function midwayKiller({ sql, center, settings, random, report, wanted, phases }) {
  const killed = /** @type {Set<number>} */ (new Set());
  let hits = 0;
  let phasesLeft = phases;

  /** @param {Victim} victim @returns {Promise<number | null>} */
  async function pidOf(victim) {
    if (victim === "worker") return center.findPid("worker");
    return (await askControl(settings, "state")).pids.front;
  }

  /** @param {Victim} victim @returns {Promise<number>} */
  async function awaitPid(victim) {
    for (const until = performance.now() + ALIVE_WITHIN_MS; performance.now() < until; await wait(LOOK_MS)) {
      const pid = await pidOf(victim);
      if (pid !== null && !killed.has(pid)) return pid;
    }
    throw new Error(`the ${victim} did not come back within ${ALIVE_WITHIN_MS / 1_000} s`);
  }

  /** @param {Phase} phase @returns {Promise<{ moved: number, isAtCenter: boolean, isAtModule: boolean }>} */
  async function look({ runId, isBack }) {
    const moved = isBack ? ["undone", "kept"] : ["done", "kept"];
    const [row] =
      await sql`SELECT (SELECT count(*)::int FROM platform.repair_rows WHERE run_id = ${runId} AND state = ANY(${moved})) AS moved,
      (SELECT status FROM repair_runs WHERE id = ${runId}) AS status,
      (SELECT count(*)::int FROM repair_run_progress p LEFT JOIN platform.repair_runs r ON r.tenant_id = p.tenant_id AND r.run_id = p.run_id
        WHERE p.run_id = ${runId} AND r.state IS DISTINCT FROM ${isBack ? "rolled_back" : "applied"}) AS open`;
    return { moved: row?.moved, isAtCenter: row?.status === (isBack ? "rolling_back" : "applying"), isAtModule: row?.open > 0 };
  }

  /**
   * Kills while one phase of a run is under way, spread over its rows. Only whoever had not done with its part counts as killed midway.
   *
   * @param {Phase} phase
   */
  async function kill(phase) {
    const times = Math.round((wanted - hits) / Math.max(1, phasesLeft));
    phasesLeft -= 1;
    for (let at = 0; at < times; at += 1) {
      const from = Math.floor(((at + random.next()) / times) * LATEST * phase.rows);
      const victim = /** @type {Victim} */ (phase.victims[hits % phase.victims.length]);
      const pid = await awaitPid(victim);
      let seen = await look(phase);
      for (; seen.isAtCenter && seen.moved < from; await wait(LOOK_MS)) seen = await look(phase);
      if (!seen.isAtCenter) return;
      signalIfAlive(pid, "SIGKILL");
      killed.add(pid);
      const left = await look(phase);
      const isHit = victim === "worker" ? left.isAtCenter : left.isAtModule;
      report(`  ${victim} killed at ${left.moved} of ${phase.rows} rows${isHit ? "" : ", too late to count"}`);
      if (isHit) hits += 1;
    }
  }

  return { kill, hits: () => hits };
}
