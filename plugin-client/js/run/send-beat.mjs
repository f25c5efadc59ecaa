import { buildBeat } from "../center/build-beat.mjs";
import { tallyOf } from "../center/fail-rate.mjs";
import { readJson, writeDurably } from "../disk/durable-file.mjs";
import { diskVersion } from "../disk/installed-versions.mjs";
import { adoptTrust } from "./adopt-trust.mjs";
import { receiveCommands } from "./handle-command.mjs";
import { observePlugin } from "./observe-plugin.mjs";

/** Said of a disk whose `current` leads nowhere; no version looks like it. */
const NO_VERSION = "none";
/** Longest checkpoint that a beat may echo. */
const LONGEST_CHECKPOINT = 512;

/**
 * Makes the function that sends one beat and takes what Center answers.
 * @param {import("../types.d.mts").Agent} agent
 * @returns {() => Promise<{ nextMs: number | null, notBeforeMs: number | null }>}
 */
export function createBeatSender(agent) {
  const { config, center, layout, failRate, now } = agent;
  let seq = 0;
  /** @type {string | null} */
  let checkpoint = readJson(layout.checkpoint)?.checkpoint ?? null;

  return async function sendBeat() {
    const health = await observePlugin(agent);
    const bootId = agent.plugin.bootId;
    const tally = tallyOf(bootId, health);
    seq += 1;
    const beat = buildBeat({
      pluginId: config.plugin_id,
      bootId,
      seq,
      now: now(),
      diskVersion: diskVersion(layout) ?? NO_VERSION,
      health,
      platform: config.platform,
      failRate: failRate.rate(tally),
      own: { crashes_last_hour: agent.crashes.lastHour(now()), refused_commands: agent.refusedCommands, ...trustVersion(agent.trust) },
      checkpoint,
      isPinned: config.tuf_root !== null,
      quorumFor: config.quorum_for,
    });
    const reply = await center.post("/api/plugins/heartbeat", JSON.stringify(beat));
    if (reply.retryAfterMs !== null && [429, 503].includes(reply.status)) return { nextMs: null, notBeforeMs: reply.retryAfterMs };
    if (reply.status !== 200 || reply.json === null) throw new Error(`Center answered ${reply.status} to a beat`);
    if (health) failRate.reported(tally);
    checkpoint = keepCheckpoint(layout.checkpoint, reply.json.checkpoint, checkpoint);
    if (Array.isArray(reply.json.trust)) adoptTrust(agent, reply.json.trust);
    receiveCommands(agent, Array.isArray(reply.json.commands) ? reply.json.commands : []);
    return { nextMs: readSeconds(reply.json.next_heartbeat_in_s), notBeforeMs: null };
  };
}

/**
 * Remembers the checkpoint of Center's log over restarts: the fleet witnesses the log by echoing what it saw.
 * @type {(path: string, seen: unknown, known: string | null) => string | null}
 */
function keepCheckpoint(path, seen, known) {
  if (typeof seen !== "string" || seen === known || seen.length > LONGEST_CHECKPOINT) return known;
  writeDurably(path, JSON.stringify({ checkpoint: seen }));
  return seen;
}

/** Said so that Center sends what is newer; who trusts nobody could believe no document, and does not ask. @param {import("../types.d.mts").ApproverTrust} trust */
function trustVersion({ version, approver_keys }) {
  return approver_keys.length > 0 ? { trust_version: version } : {};
}

/** @param {unknown} seconds */
function readSeconds(seconds) {
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1_000 : null;
}
