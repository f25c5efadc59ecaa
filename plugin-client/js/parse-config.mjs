import { QUORUM_FOR } from "./command/needs-people.mjs";
import { AGENT_LIMITS } from "./limits.mjs";

const DEFAULTS = Object.freeze({
  beat_interval_s: 120,
  watch_interval_ms: 1_000,
  start_timeout_ms: 15_000,
  stop_grace_ms: 5_000,
  unresponsive_s: 30,
});

/**
 * Checks agent.json (plus `dir`) and fills in the defaults.
 * @param {import("./types.d.mts").AgentConfig} raw
 * @returns {import("./types.d.mts").SettledConfig}
 * @throws TypeError naming the first field that is wrong; the message never holds the secret
 */
export function parseConfig(raw) {
  need(isObject(raw), "the configuration must be an object");
  const { dir, center_url, plugin_id, secret, trust, plugin } = raw;
  need(isText(dir), "dir must be a path");
  need(isText(center_url) && /^https?:\/\//.test(center_url) && URL.canParse(center_url), "center_url must be an http(s) URL");
  need(isText(plugin_id) && /^[\x21-\x7e]{1,128}$/.test(plugin_id), "plugin_id must be printable text");
  need(isText(secret) && /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(secret), "secret must be whsec_<base64>");
  need(isObject(trust) && Array.isArray(trust.keys) && trust.keys.length > 0, "trust.keys must hold Center's public keys");
  need(Array.isArray(trust.approver_keys ?? []), "trust.approver_keys must be a list");
  need(isCount(trust.version ?? 0, 0, Number.MAX_SAFE_INTEGER), "trust.version must be a whole number");
  need(isObject(plugin) && isCount(plugin.port, 1, 65_535), "plugin.port must be a port number");
  return {
    dir,
    center_url,
    plugin_id,
    secret,
    trust: { keys: trust.keys, approver_keys: trust.approver_keys ?? [], threshold: trust.threshold ?? 1, version: trust.version ?? 0 },
    tuf_root: parseRoot(raw.tuf_root ?? trust.tuf_root ?? null),
    quorum_for: parseQuorumFor(raw.quorum_for ?? trust.quorum_for ?? "major"),
    plugin: { port: plugin.port, env: parseEnvironment(plugin.env) },
    platform: {
      name: raw.platform?.name ?? "node",
      version: raw.platform?.version ?? process.versions.node,
      runtime: `node ${process.versions.node}`,
    },
    beat_interval_s: count(raw, "beat_interval_s", AGENT_LIMITS.beatFloorSeconds, AGENT_LIMITS.beatCeilingSeconds),
    watch_interval_ms: count(raw, "watch_interval_ms", 10, 60_000),
    start_timeout_ms: count(raw, "start_timeout_ms", 100, 600_000),
    stop_grace_ms: count(raw, "stop_grace_ms", 0, 10_000),
    unresponsive_s: count(raw, "unresponsive_s", 1, 3_600),
    crash_loop: parseCrashLoop(raw.crash_loop),
  };
}

/** @param {unknown} loop */
function parseCrashLoop(loop = { crashes: 3, within_s: 30 }) {
  need(isObject(loop) && isCount(loop.crashes, 1, 100) && isCount(loop.within_s, 1, 3_600), "crash_loop must be { crashes, within_s }");
  return { crashes: Number(loop.crashes), within_s: Number(loop.within_s) };
}

/** A pinned root of trust; whether it is sound shows when it is used, and then everything is refused. @param {unknown} root */
function parseRoot(root) {
  need(
    root === null || (isObject(root) && isObject(root.signed) && Array.isArray(root.signatures)),
    "tuf_root must be signed root metadata",
  );
  return /** @type {object | null} */ (root);
}

/** A word that is not known is no reason to be content with less. @param {unknown} word @returns {import("./types.d.mts").QuorumFor} */
function parseQuorumFor(word) {
  const known = QUORUM_FOR.find((each) => each === word);
  need(known !== undefined, `quorum_for must be one of ${QUORUM_FOR.join(", ")}`);
  return known;
}

/** @param {unknown} env */
function parseEnvironment(env = {}) {
  need(isObject(env) && Object.values(env).every(isText), "plugin.env must hold strings");
  return /** @type {Record<string, string>} */ ({ ...env });
}

/**
 * @param {Record<string, any>} raw
 * @param {keyof typeof DEFAULTS} name
 * @param {number} least
 * @param {number} most
 * @returns {number}
 */
function count(raw, name, least, most) {
  const value = raw[name] ?? DEFAULTS[name];
  need(isCount(value, least, most), `${name} must be a whole number from ${least} to ${most}`);
  return value;
}

/** @type {(holds: unknown, message: string) => asserts holds} */
function need(holds, message) {
  if (!holds) throw new TypeError(`agent configuration: ${message}`);
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** @type {(value: unknown) => value is string} */
const isText = (value) => typeof value === "string";
/** @type {(value: unknown, least: number, most: number) => boolean} */
const isCount = (value, least, most) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
