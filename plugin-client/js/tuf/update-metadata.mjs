import { AGENT_LIMITS } from "../limits.mjs";
import { fetchFile } from "./fetch-file.mjs";
import { isVersion, readMetadata, requireInDate, requireThreshold, roleKeys, sha256Hex } from "./read-metadata.mjs";
import { TufError } from "./tuf-error.mjs";

/** @typedef {import("./read-metadata.mjs").Metadata} Metadata */
/**
 * @typedef {{ center: import("../center/center-client.mjs").CenterClient, trusted: import("./trusted-files.mjs").TrustedFiles,
 *   now: number, signal: AbortSignal }} Update now: one moment for the whole update
 */

/**
 * Brings the trusted metadata up to date, from the root down to the role that speaks for one plugin. Each file is believed, and kept, only
 * after everything above it was. Source: TUF specification 1.0.31, section 5; clauses are named where they are obeyed.
 *
 * @param {Update} update
 * @param {string} pluginKey
 * @returns {Promise<{ vendor: Metadata | null, recalled: string[] }>} vendor null: nobody speaks for this plugin
 * @throws TufError
 */
export async function updateMetadata(update, pluginKey) {
  const root = await updateRoot(update);
  const timestamp = await updateTimestamp(update, root);
  const snapshot = await updateSnapshot(update, root, timestamp);
  const targets = await updateTargets(update, snapshot, { name: "targets", by: roleOf(root, "targets") });
  const delegated = findVendor(targets, pluginKey);
  const isListed = delegated !== null && Object.hasOwn(snapshot.signed.meta, `${pluginKey}.json`);
  const vendor = isListed ? await updateTargets(update, snapshot, { name: pluginKey, by: delegated }) : null;
  const { recalled } = snapshot.signed;
  return { vendor, recalled: Array.isArray(recalled) ? recalled : [] };
}

/** @type {(root: Metadata, name: string) => ReturnType<typeof roleKeys>} */
function roleOf({ signed }, name) {
  return roleKeys(signed.keys, Object.hasOwn(Object(signed.roles), name) ? signed.roles[name] : null, name);
}

/** 5.3: one root after the other, each signed by the one before and by itself. @param {Update} update */
async function updateRoot({ center, trusted, now, signal }) {
  let root = readMetadata(trusted.files.root, "root", "root");
  for (let turns = 0; ; turns += 1) {
    const version = root.signed.version + 1;
    const text = await fetchFile(center, `${version}.root.json`, { role: "root", limit: AGENT_LIMITS.tufRootBytes, signal });
    if (text === null) break;
    if (turns === AGENT_LIMITS.tufRootsPerUpdate) throw new TufError("tuf_too_long:root");
    const next = readMetadata(text, "root", "root");
    requireThreshold(next, roleOf(root, "root"), "root");
    requireThreshold(next, roleOf(next, "root"), "root");
    if (next.signed.version !== version) throw new TufError("tuf_rollback:root");
    if (next.signed.consistent_snapshot !== true) throw new TufError("tuf_malformed:root");
    // 5.3.11: whoever had the old keys may have counted far ahead; what they signed is forgotten in the same step.
    const isRotated = ["timestamp", "snapshot"].some((name) => !isSameRole(roleOf(root, name), roleOf(next, name)));
    trusted.save(isRotated ? { root: text, timestamp: null, snapshot: null } : { root: text });
    root = next;
  }
  requireInDate(root, now, "root");
  return root;
}

/** @type {(a: ReturnType<typeof roleKeys>, b: ReturnType<typeof roleKeys>) => boolean} */
function isSameRole(a, b) {
  return a.threshold === b.threshold && a.keys.size === b.keys.size && [...a.keys.keys()].every((keyid) => b.keys.has(keyid));
}

/** 5.4. @param {Update} update @param {Metadata} root */
async function updateTimestamp({ center, trusted, now, signal }, root) {
  const text = await fetchFile(center, "timestamp.json", { role: "timestamp", limit: AGENT_LIMITS.tufTimestampBytes, signal });
  if (text === null) throw new TufError("tuf_unavailable:timestamp");
  const timestamp = readMetadata(text, "timestamp", "timestamp");
  requireThreshold(timestamp, roleOf(root, "timestamp"), "timestamp");
  const known = trusted.files.timestamp === null ? null : readMetadata(trusted.files.timestamp, "timestamp", "timestamp");
  const snapshot = metaOf(timestamp, "snapshot");
  if (known) {
    if (timestamp.signed.version < known.signed.version) throw new TufError("tuf_rollback:timestamp");
    if (snapshot.version < metaOf(known, "snapshot").version) throw new TufError("tuf_rollback:snapshot");
    if (timestamp.signed.version === known.signed.version) {
      requireInDate(known, now, "timestamp");
      return known;
    }
  }
  requireInDate(timestamp, now, "timestamp");
  trusted.save({ timestamp: text });
  return timestamp;
}

/** What one file says of another. @type {(metadata: Metadata, name: string) => { version: number, length: number, sha256: string }} */
function metaOf({ signed }, name) {
  const meta = Object.hasOwn(Object(signed.meta), `${name}.json`) ? signed.meta[`${name}.json`] : null;
  const { version, length, hashes } = meta ?? {};
  const isWhole = isVersion(version) && isVersion(length) && typeof hashes?.sha256 === "string";
  if (!isWhole) throw new TufError(`tuf_malformed:${name}`);
  return { version, length, sha256: hashes.sha256 };
}

/** 5.5. @param {Update} update @param {Metadata} root @param {Metadata} timestamp */
async function updateSnapshot(update, root, timestamp) {
  const { trusted, now } = update;
  const meta = metaOf(timestamp, "snapshot");
  const text = await fetchNamed(update, "snapshot", meta, AGENT_LIMITS.tufSnapshotBytes, trusted.files.snapshot);
  const snapshot = readMetadata(text, "snapshot", "snapshot");
  requireThreshold(snapshot, roleOf(root, "snapshot"), "snapshot");
  if (snapshot.signed.version !== meta.version) throw new TufError("tuf_mismatch:snapshot");
  if (trusted.files.snapshot !== null) requireNothingOlder(readMetadata(trusted.files.snapshot, "snapshot", "snapshot"), snapshot);
  requireInDate(snapshot, now, "snapshot");
  trusted.save({ snapshot: text });
  return snapshot;
}

/** 5.5.5: no role goes back, and none is forgotten. @type {(known: Metadata, snapshot: Metadata) => void} */
function requireNothingOlder(known, snapshot) {
  for (const file of Object.keys(known.signed.meta)) {
    const name = file.replace(/\.json$/, "");
    const isThere = Object.hasOwn(Object(snapshot.signed.meta), file);
    if (!isThere || metaOf(snapshot, name).version < metaOf(known, name).version) throw new TufError(`tuf_rollback:${name}`);
  }
}

/** 5.6 and 5.7: targets, or a vendor's role. @type {(update: Update, snapshot: Metadata, role: { name: string, by: ReturnType<typeof roleKeys> }) => Promise<Metadata>} */
async function updateTargets(update, snapshot, { name, by }) {
  const { trusted, now } = update;
  const meta = metaOf(snapshot, name);
  const known = Object.hasOwn(trusted.files.targets, name) ? (trusted.files.targets[name] ?? null) : null;
  const text = await fetchNamed(update, name, meta, AGENT_LIMITS.tufTargetsBytes, known);
  const targets = readMetadata(text, "targets", name);
  requireThreshold(targets, by, name);
  if (targets.signed.version !== meta.version) throw new TufError(`tuf_mismatch:${name}`);
  requireInDate(targets, now, name);
  if (text !== known) trusted.save({ targets: { ...trusted.files.targets, [name]: text } });
  return targets;
}

/**
 * The file that another one speaks of, exactly as that one says: from the disk when it is there already.
 * @type {(update: Update, name: string, meta: ReturnType<typeof metaOf>, most: number, known: string | null) => Promise<string>}
 */
async function fetchNamed({ center, signal }, name, { version, length, sha256 }, most, known) {
  if (known !== null && sha256Hex(known) === sha256) return known;
  const limit = Math.min(length, most);
  const text = await fetchFile(center, `${version}.${name}.json`, { role: name, limit, signal });
  if (text === null) throw new TufError(`tuf_unavailable:${name}`);
  if (Buffer.byteLength(text) !== length || sha256Hex(text) !== sha256) throw new TufError(`tuf_mismatch:${name}`);
  return text;
}

/** The one role that may speak of a plugin, and of nothing else. @type {(targets: Metadata, pluginKey: string) => ReturnType<typeof roleKeys> | null} */
function findVendor({ signed }, pluginKey) {
  const { roles, keys } = signed.delegations ?? {};
  const role = Array.isArray(roles) ? roles.find((one) => one?.name === pluginKey) : null;
  if (!role) return null;
  const isOwnFolder =
    role.terminating === true && Array.isArray(role.paths) && role.paths.length === 1 && role.paths[0] === `${pluginKey}/*`;
  if (!isOwnFolder) throw new TufError(`tuf_malformed:${pluginKey}`);
  return roleKeys(keys, role, pluginKey);
}
