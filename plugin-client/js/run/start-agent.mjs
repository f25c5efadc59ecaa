import { mkdirSync } from "node:fs";
import { BeatSchedule } from "../center/beat-schedule.mjs";
import { createCenterClient } from "../center/center-client.mjs";
import { createFailRate } from "../center/fail-rate.mjs";
import { Outbox } from "../center/outbox.mjs";
import { clearStaging, diskVersion, pruneVersions, surveyVersions } from "../disk/installed-versions.mjs";
import { openJournal } from "../disk/journal.mjs";
import { layoutOf } from "../disk/layout.mjs";
import { takeLock } from "../disk/lock.mjs";
import { readTrust } from "../disk/trust-file.mjs";
import { createKillPoint } from "../kill-point.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { createLog } from "../log.mjs";
import { parseConfig } from "../parse-config.mjs";
import { createCrashWindow } from "../plugin/crash-window.mjs";
import { PluginProcess, StartError } from "../plugin/plugin-process.mjs";
import { createBeatSender } from "./send-beat.mjs";
import { createSerialQueue } from "./serial-queue.mjs";
import { reconcileDisk, settleAttempt } from "./settle-attempt.mjs";
import { createWatch } from "./watch-plugin.mjs";

/** @typedef {import("../types.d.mts").Agent} Agent */

/**
 * Starts an agent on one directory: settles what a crash left, starts the plugin, then beats and obeys.
 *
 * @param {import("../types.d.mts").AgentConfig} raw agent.json plus `dir`
 * @param {{ log?: import("../types.d.mts").Log, now?: () => number, killAt?: string }} [options]
 * @returns {import("../types.d.mts").RunningAgent & { ready: Promise<void> }} ready: the plugin was started and proven, or is being retried
 * @throws TypeError for a wrong configuration, LockedError when another agent holds the directory, Error when no plugin is installed
 */
export function startAgent(raw, { log, now = Date.now, killAt } = {}) {
  const config = parseConfig(raw);
  const layout = layoutOf(config.dir);
  const kill = createKillPoint(killAt);
  for (const folder of [layout.versions, layout.state]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = takeLock(layout.lock);
  try {
    const journal = openJournal(layout, kill, () => surveyVersions(layout));
    return runAgent({ config, layout, kill, journal, lock, now, log: log ?? createLog({ pluginId: config.plugin_id, now }) });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * @param {Pick<Agent, "config" | "layout" | "kill" | "journal" | "now" | "log"> & { lock: { release(): void } }} parts
 * @returns {import("../types.d.mts").RunningAgent & { ready: Promise<void> }}
 */
function runAgent({ config, layout, kill, journal, lock, now, log }) {
  const center = createCenterClient({ centerUrl: config.center_url, pluginId: config.plugin_id, secret: config.secret, now });
  const outbox = new Outbox({ center, journal, log, kill, now });
  const plugin = new PluginProcess({ layout, config, log, onCrash: () => watch.crashed() });
  /** @type {Agent} */
  const agent = {
    config,
    layout,
    journal,
    trust: readTrust(layout.trust, config.trust),
    plugin,
    center,
    queue: createSerialQueue((error) => log("error", "a step failed", { error: error instanceof Error ? error.stack : String(error) })),
    crashes: createCrashWindow(config.crash_loop, { firstMs: AGENT_LIMITS.restartFirstMs, mostMs: AGENT_LIMITS.restartMaxMs }),
    failRate: createFailRate(),
    observed: { health: null, misses: 0, answeredAt: performance.now(), isActive: null },
    staging: null,
    switching: null,
    refusedCommands: 0,
    isClosing: false,
    log,
    kill,
    now,
    urgent: () => schedule.urgent(),
    flush: () => outbox.flush(),
  };
  const watch = createWatch(agent);
  const schedule = new BeatSchedule({
    send: createBeatSender(agent),
    intervalMs: config.beat_interval_s * 1_000,
    now: () => performance.now(),
    random: Math.random,
    onError: (error) => log("warn", "a beat was not stored", { error: String(error) }),
  });

  const ready = boot(agent).then(() => {
    if (agent.isClosing) return;
    void outbox.flush();
    schedule.start();
    watch.start();
  });

  const stop = async () => {
    for (const part of [schedule, outbox, watch]) part.close();
    await endAgent(agent, ready);
    lock.release();
  };
  /** @type {Promise<void> | null} */
  let stopped = null;
  return {
    ready,
    urgent: agent.urgent,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Ends what is under way where it stands: the journal knows how to go on from anywhere. @param {Agent} agent @param {Promise<void>} ready */
async function endAgent(agent, ready) {
  agent.isClosing = true;
  agent.staging?.controller.abort();
  await agent.plugin.stop(); // cuts short whatever waits for it to answer
  await Promise.allSettled([ready, agent.queue.run(() => undefined)]);
  await agent.plugin.stop();
}

/** @param {Agent} agent */
async function boot(agent) {
  const { plugin, layout, journal, log } = agent;
  log("info", "the agent starts", { disk_version: diskVersion(layout), phase: journal.data.attempt?.phase ?? null });
  await plugin.endLeftover();
  clearStaging(layout);
  reconcileDisk(agent);
  await agent.queue.run(() => settleAttempt(agent));
  const { kept, attempt, isolated } = journal.data;
  pruneVersions(layout, [...kept, diskVersion(layout), attempt?.target.version, attempt?.restore?.version]);
  const version = diskVersion(layout);
  if (agent.isClosing || plugin.isRunning || isolated || version === null) return;
  try {
    plugin.start(version);
    const health = await plugin.prove(version);
    agent.observed = { health, misses: 0, answeredAt: performance.now(), isActive: health.active };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    if (!agent.isClosing) log("error", "the plugin does not come up; it is tried again", { version, reason: error.reason });
  }
}
