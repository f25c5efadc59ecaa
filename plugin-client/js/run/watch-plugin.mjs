import { diskVersion } from "../disk/installed-versions.mjs";
import { probeHealth } from "../plugin/probe-health.mjs";
import { observePlugin } from "./observe-plugin.mjs";
import { restoreLastGood } from "./restore-last-good.mjs";
import { settleAttempt } from "./settle-attempt.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */

/**
 * Keeps the plugin running and the probation honest, one look every `watch_interval_ms`.
 * @param {Agent} agent
 */
export function createWatch(agent) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let startAt = 0;

  async function look() {
    await observePlugin(agent);
    agent.plugin.boundLog();
    if (!agent.queue.isIdle) return; // a command is at work; it sees to the plugin itself
    if (agent.journal.data.attempt && agent.journal.data.attempt.phase !== "probation") {
      await agent.queue.run(() => settleAttempt(agent)); // a full disk or the like stopped it half way
    }
    if (agent.journal.data.attempt) await agent.queue.run(() => judgeProbation(agent));
    if (performance.now() >= startAt) await agent.queue.run(() => keepRunning(agent));
  }

  async function loop() {
    const due = performance.now() + agent.config.watch_interval_ms;
    try {
      await look();
    } catch (error) {
      agent.log("error", "a look at the plugin failed", { error: String(error) });
    }
    wake(Math.max(0, due - performance.now()));
  }

  /** @param {number} ms */
  function wake(ms) {
    clearTimeout(timer);
    if (!agent.isClosing) timer = setTimeout(loop, ms);
  }

  return {
    start: () => wake(0),
    /** The plugin ended by itself: tell Center, wait a little longer after each crash. */
    crashed() {
      agent.crashes.add(agent.now());
      startAt = performance.now() + agent.crashes.waitMs(agent.now());
      agent.urgent();
    },
    close: () => clearTimeout(timer),
  };
}

/** Starts the plugin when it should run and does not. @param {Agent} agent */
function keepRunning({ plugin, journal, layout, log, isClosing }) {
  const version = diskVersion(layout);
  if (isClosing || plugin.isRunning || journal.data.isolated || version === null) return;
  log("info", "starting the plugin", { version });
  plugin.start(version);
}

/**
 * Ends a probation badly when there is reason to: a crash loop, another version answering, silence, or no commit in time.
 * @param {Agent} agent
 */
async function judgeProbation(agent) {
  const attempt = agent.journal.data.attempt;
  if (attempt?.phase !== "probation" || agent.isClosing) return;
  const reason = await findFault(agent, attempt);
  if (reason) await restoreLastGood(agent, reason);
}

/** @type {(agent: Agent, attempt: import("../types.d.mts").Attempt) => Promise<string | null>} */
async function findFault(agent, attempt) {
  if (agent.now() >= Number(attempt.deadline_at)) return "no_commit";
  if (agent.crashes.isLoop(agent.now())) return "crash_loop";
  const health = agent.plugin.isRunning ? await probeHealth(agent.config.plugin.port) : null;
  if (health) return health.version === attempt.target.version ? null : `wrong_version: ${health.version}`;
  // A single missed answer proves nothing; a long silence does.
  return performance.now() - agent.observed.answeredAt > agent.config.unresponsive_s * 1_000 ? "not_answering" : null;
}
