/**
 * Checks an exported audit log without Center and without a database: this one file, Node.js 20 or later, nothing else.
 *
 *   node verify-audit-export.mjs EXPORT.ndjson --key KEY [--checkpoints checkpoints.jsonl]
 *
 * KEY is the log's public key, got by another way than the export: base64 of the SPKI DER, or a file that holds it (or its PEM). It may be
 * given more than once. `--checkpoints` is the copy that Center keeps outside of its database (DATA_DIR/audit/checkpoints.jsonl); where
 * the export is the whole log, every checkpoint in it is checked too. Exit 0 when everything holds, else 1 with the first bad index.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const NOTE = /^([^\n+ ]{1,128})\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\ntime (\S{24})\n\n— \1 ([A-Za-z0-9+/]+=*)\n$/;

/** @param {...(string | Uint8Array)} parts */
function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RFC 6962 §2.1: a leaf is hashed behind a 0, a node behind a 1. @param {string} text */
const leafHash = (text) => sha256(Buffer.of(0), text);
/** @param {Buffer} left @param {Buffer} right */
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** RFC 8785 for an entry: its members are texts, numbers or null. @param {Record<string, unknown>} entry */
function canonical(entry) {
  const members = Object.keys(entry)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entry[key])}`);
  return `{${members.join(",")}}`;
}

/** The edge of a growing log. */
class Frontier {
  size = 0;
  /** @type {{ level: number, hash: Buffer }[]} */
  #edge = [];

  /** @param {Buffer} hash */
  append(hash) {
    let top = { level: 0, hash };
    for (let left = this.#edge.at(-1); left?.level === top.level; left = this.#edge.at(-1)) {
      this.#edge.pop();
      top = { level: top.level + 1, hash: nodeHash(left.hash, top.hash) };
    }
    this.#edge.push(top);
    this.size += 1;
  }

  root() {
    return this.#edge.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right));
  }
}

/** RFC 9162 §2.1.3.2. @param {Buffer} leaf @param {number} index @param {number} size @param {Buffer[]} proof */
function rootFromInclusion(leaf, index, size, proof) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return null;
  const half = (/** @type {number} */ n) => Math.floor(n / 2);
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? hash : null;
}

/** @param {string} given */
function readKey(given) {
  const text = existsSync(given) ? readFileSync(given, "utf8").trim() : given;
  const key = text.startsWith("-----BEGIN")
    ? createPublicKey(text)
    : createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
  if (key.asymmetricKeyType !== "ed25519") throw new Error("a checkpoint key is an Ed25519 key");
  return key;
}

/**
 * C2SP signed-note and tlog-checkpoint.
 *
 * @param {unknown} note @param {import("node:crypto").KeyObject[]} keys
 * @returns {{ size: number, root: Buffer } | null} null unless one of the keys signed it
 */
export function openNote(note, keys) {
  const [, origin, size, root, , signed] = (typeof note === "string" && NOTE.exec(note)) || [];
  if (origin === undefined || typeof note !== "string") return null;
  const bytes = Buffer.from(signed, "base64");
  const text = Buffer.from(note.slice(0, note.indexOf("\n\n") + 1), "utf8");
  const isSigner = (/** @type {import("node:crypto").KeyObject} */ key) => {
    const raw = key.export({ type: "spki", format: "der" }).subarray(-32);
    const name = sha256(`${origin}\n`, Buffer.of(1), raw).subarray(0, 4);
    return name.equals(bytes.subarray(0, 4)) && verify(null, text, key, bytes.subarray(4));
  };
  return keys.some(isSigner) ? { size: Number(size), root: Buffer.from(root, "base64") } : null;
}

/** A fault in what was exported. */
class Fault extends Error {
  /** @param {number} index @param {string} message */
  constructor(index, message) {
    super(message);
    this.index = index;
  }
}

/** @typedef {{ size: number, root: Buffer }} Seen */

/**
 * @param {any} line @param {Seen} checkpoint @param {number} after place of the entry before, or -1
 * @returns {{ seq: number, leaf: Buffer, isProven: boolean }}
 */
function readEntry(line, checkpoint, after) {
  const seq = line?.entry?.seq;
  if (line?.type !== "entry" || !Number.isSafeInteger(seq)) throw new Fault(after + 1, "a line is no entry");
  if (seq <= after) throw new Fault(seq, `entry ${seq} does not come after ${after}`);
  const leaf = leafHash(canonical(line.entry));
  if (seq >= checkpoint.size) return { seq, leaf, isProven: false };
  const proof = Array.isArray(line.proof) ? line.proof.map((/** @type {string} */ hash) => Buffer.from(String(hash), "base64")) : [];
  if (!rootFromInclusion(leaf, seq, checkpoint.size, proof)?.equals(checkpoint.root))
    throw new Fault(seq, `entry ${seq} is not in the log that the checkpoint vouches for`);
  return { seq, leaf, isProven: true };
}

/** @param {Frontier} whole @param {Seen[]} witnesses those that were not met yet, by size */
function meetWitnesses(whole, witnesses) {
  while (witnesses[0] && witnesses[0].size <= whole.size) {
    const { size, root } = /** @type {Seen} */ (witnesses.shift());
    if (size === whole.size && !root.equals(whole.root()))
      throw new Fault(size - 1, `the first ${size} entries do not have the root that was signed`);
  }
}

/**
 * @param {AsyncIterable<string>} lines @param {import("node:crypto").KeyObject[]} keys @param {Seen[]} witnesses
 * @returns {Promise<{ entries: number, proven: number, isWhole: boolean, size: number }>}
 */
export async function verifyExport(lines, keys, witnesses) {
  const reader = lines[Symbol.asyncIterator]();
  const first = await reader.next();
  const checkpoint = first.done ? null : openNote(JSON.parse(first.value).note, keys);
  if (!checkpoint) throw new Fault(0, "the export does not begin with a checkpoint that this key signed");
  const waiting = [...witnesses, checkpoint].sort((a, b) => a.size - b.size);
  const whole = new Frontier();
  let [entries, proven, last, isWhole] = [0, 0, -1, true];
  for (let next = await reader.next(); !next.done; next = await reader.next()) {
    const { seq, leaf, isProven } = readEntry(JSON.parse(next.value), checkpoint, last);
    isWhole &&= seq === last + 1;
    if (isWhole) {
      whole.append(leaf);
      meetWitnesses(whole, waiting);
    }
    last = seq;
    entries += 1;
    proven += isProven ? 1 : 0;
  }
  isWhole &&= entries >= checkpoint.size;
  if (isWhole && waiting[0]) throw new Fault(entries, `the log ends after ${entries} entries; ${waiting.at(-1)?.size} were vouched for`);
  return { entries, proven, isWhole, size: checkpoint.size };
}

/** @param {string[]} args */
function readArguments(args) {
  const options = { key: { type: "string", multiple: true }, checkpoints: { type: "string", multiple: true } };
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: /** @type {const} */ (options) });
  const { key = [], checkpoints = [] } = /** @type {{ key?: string[], checkpoints?: string[] }} */ (values);
  const [file] = positionals;
  if (!file || key.length === 0) throw new Error("usage: verify-audit-export.mjs EXPORT.ndjson --key KEY [--checkpoints FILE]");
  const keys = key.map(readKey);
  const notes = checkpoints.flatMap((name) => readFileSync(name, "utf8").split("\n").filter(Boolean));
  const witnesses = notes.map((line) => openNote(JSON.parse(line).note, keys));
  if (witnesses.includes(null)) throw new Error("a checkpoint of the copy was not signed by this key");
  return { file, keys, witnesses: /** @type {Seen[]} */ (witnesses) };
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? "")).href) {
  try {
    const { file, keys, witnesses } = readArguments(process.argv.slice(2));
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
    const { entries, proven, isWhole, size } = await verifyExport(lines, keys, witnesses);
    console.log(`${entries} entries, ${proven} proven by the checkpoint over ${size}${isWhole ? "; the export is the whole log" : ""}.`);
    if (proven < entries) console.log(`${entries - proven} entries are newer than the checkpoint and not proven.`);
  } catch (error) {
    const at = error instanceof Fault ? `first bad index ${error.index}: ` : "";
    console.error(`NOT VERIFIED: ${at}${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
