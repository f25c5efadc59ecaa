/** @typedef {import("../types.d.mts").Health} Health */

/** What this agent can be told to do. */
export const CAPABILITIES = Object.freeze(["update", "rollback", "config_update", "restart", "isolate", "ping"]);
/** Said besides by an agent with a pinned root: it takes only what vendors signed. */
const TAKES_ONLY_SIGNED = "tuf";
/** Said besides by an agent whose merchant wants people's signatures for more than majors, with what for. */
const WANTS_QUORUM = "quorum:";

const COUNTERS = ["webhooks_sent", "webhooks_failed", "errors_total"];

/**
 * Builds the body of one heartbeat. Pure.
 * @param {{ pluginId: string, bootId: string, seq: number, now: number, diskVersion: string, health: Health | null,
 *   platform: { name: string, version: string, runtime: string }, failRate: number | null,
 *   own: Record<string, number>, checkpoint: string | null, isPinned?: boolean,
 *   quorumFor?: import("../types.d.mts").QuorumFor }} state
 *   health null: the plugin does not answer. Then running_version is what would run, and `active: false` says that it does not;
 *   `own` are the agent's own measures
 */
export function buildBeat({ pluginId, bootId, seq, now, diskVersion, health, platform, failRate, own, checkpoint, ...pinned }) {
  const { webhook_fail_rate: claimed, ...telemetry } = health?.telemetry ?? {};
  const rate = failRate ?? (hasCounters(health) ? null : (claimed ?? null));
  return {
    type: "plugin.heartbeat",
    timestamp: new Date(now).toISOString(),
    data: {
      plugin_id: pluginId,
      boot_id: bootId,
      seq,
      running_version: health?.version ?? diskVersion,
      disk_version: diskVersion,
      active: health?.active ?? false,
      platform,
      telemetry: { ...telemetry, ...pickCounters(health), ...(rate === null ? {} : { webhook_fail_rate: rate }), ...own },
      errors: health?.errors ?? [],
      capabilities: capabilitiesOf(pinned),
      ...(checkpoint === null ? {} : { last_checkpoint: checkpoint }),
    },
  };
}

/** @param {{ isPinned?: boolean, quorumFor?: import("../types.d.mts").QuorumFor }} pinned */
function capabilitiesOf({ isPinned = false, quorumFor = "major" }) {
  return [...CAPABILITIES, ...(isPinned ? [TAKES_ONLY_SIGNED] : []), ...(quorumFor === "major" ? [] : [`${WANTS_QUORUM}${quorumFor}`])];
}

/** @param {Health | null} health */
const hasCounters = (health) => health?.counters.webhooks_sent !== undefined;

/** @param {Health | null} health */
function pickCounters(health) {
  const counters = health?.counters ?? {};
  return Object.fromEntries(COUNTERS.filter((name) => counters[name] !== undefined).map((name) => [name, counters[name]]));
}
