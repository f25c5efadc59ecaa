import { readJson, writeDurably } from "../disk/durable-file.mjs";
import { canonicalize, readMetadata, requireThreshold, roleKeys, sha256Hex } from "./read-metadata.mjs";
import { TufError } from "./tuf-error.mjs";

/** @typedef {{ pin: string, root: string, timestamp: string | null, snapshot: string | null, targets: Record<string, string> }} Trusted */

/**
 * The metadata that this agent believes, in one file that any crash leaves whole. It begins with the pinned root; another pin begins anew,
 * which is how an operator gets out when the repository's keys are lost.
 * @param {string} path
 * @param {unknown} pinnedRoot as the registration gave it
 * @throws TufError tuf_malformed or tuf_unsigned when the pinned root is none
 */
export function openTrustedFiles(path, pinnedRoot) {
  const pinned = JSON.stringify(pinnedRoot);
  const pin = pinOf(pinned);
  const found = readJson(path);
  /** @type {Trusted} */
  let trusted =
    found?.format === 1 && found.pin === pin
      ? { pin, root: found.root, timestamp: found.timestamp, snapshot: found.snapshot, targets: found.targets }
      : { pin, root: pinned, timestamp: null, snapshot: null, targets: {} };

  return {
    /** @returns {Readonly<Trusted>} */
    get files() {
      return trusted;
    },
    /** Changes what is believed in one durable step. @param {Partial<Trusted>} change */
    save(change) {
      const next = { ...trusted, ...change };
      writeDurably(path, JSON.stringify({ format: 1, ...next }));
      trusted = next;
    },
  };
}

/** @typedef {ReturnType<typeof openTrustedFiles>} TrustedFiles */

/** The digest of a pinned root, which must at least be signed as it says itself. @param {string} pinned */
function pinOf(pinned) {
  const root = readMetadata(pinned, "root", "pin");
  if (root.signed.consistent_snapshot !== true) throw new TufError("tuf_malformed:pin");
  requireThreshold(root, roleKeys(root.signed.keys, root.signed.roles?.root, "pin"), "pin");
  return sha256Hex(canonicalize(root.signed));
}
