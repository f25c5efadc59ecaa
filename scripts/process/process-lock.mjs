import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { identifyProcess } from "./process-identity.mjs";

const GENERATION = /^holder\.(\d+)$/;
const WAIT_STEP_MS = 200;

/** Somebody else holds the lock: `pid` is the living process, `purpose` what it said it does. */
export class LockHeldError extends Error {
  /** @param {number} pid @param {string} purpose */
  constructor(pid, purpose) {
    super(`held by process ${pid} (${purpose})`);
    this.name = "LockHeldError";
    this.pid = pid;
    this.purpose = purpose;
  }
}

/**
 * Takes the lock kept in `directory`, also from a holder that died without releasing it.
 *
 * Each take-over adds a file `holder.<n+1>` by an exclusive link. The highest generation is never deleted, so numbers only grow: whoever
 * was slow to notice that a stale holder had been replaced finds a higher number beside its own and steps back. That makes the take-over
 * safe between any number of starters without a kernel lock, which Node does not offer.
 *
 * @param {string} directory created when absent
 * @param {string} purpose   told to whoever is refused
 * @returns {{ release(): void }} release is idempotent
 * @throws {LockHeldError}   while a living process holds it
 */
export function acquireLock(directory, purpose) {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const me = { pid: process.pid, identity: identifyProcess(process.pid), purpose, token: randomUUID() };
  for (;;) {
    const highest = highestGeneration(directory);
    refuseWhenAlive(directory, highest);
    const mine = path.join(directory, `holder.${highest + 1}`);
    if (!linkExclusively(mine, me)) continue;
    if (highestGeneration(directory) > highest + 1) {
      fs.rmSync(mine, { force: true });
      continue;
    }
    removeBelow(directory, highest + 1);
    return { release: () => markReleased(mine, me) };
  }
}

/**
 * Like `acquireLock`, but waits for a living holder to finish.
 *
 * @param {string} directory
 * @param {string} purpose
 * @param {(holder: LockHeldError) => void} onWait called once, before the first wait
 */
export async function waitForLock(directory, purpose, onWait) {
  for (let told = false; ; ) {
    try {
      return acquireLock(directory, purpose);
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      if (!told) onWait(error);
      told = true;
      await wait(WAIT_STEP_MS);
    }
  }
}

/**
 * @param {string} directory
 * @returns {{ pid: number, purpose: string } | null} the living holder
 */
export function lockHolder(directory) {
  const holder = fs.existsSync(directory) ? readHolder(directory, highestGeneration(directory)) : null;
  if (!holder || holder.released || holder.identity === null) return null;
  return identifyProcess(holder.pid) === holder.identity ? { pid: holder.pid, purpose: holder.purpose } : null;
}

/** @param {string} directory @param {number} generation */
function refuseWhenAlive(directory, generation) {
  const holder = readHolder(directory, generation);
  if (!holder || holder.released) return;
  if (identifyProcess(holder.pid) === holder.identity) throw new LockHeldError(holder.pid, holder.purpose);
}

/** @param {string} directory @returns {number} 0 when nobody ever held it */
function highestGeneration(directory) {
  return Math.max(0, ...fs.readdirSync(directory).map((name) => Number(GENERATION.exec(name)?.[1] ?? 0)));
}

/**
 * @param {string} directory @param {number} generation
 * @returns {{ pid: number, identity: string | null, purpose: string, token: string, released?: boolean } | null} null when it vanished,
 *   or is unreadable: names appear together with their content, so only a power cut leaves half a file, and its holder is dead then
 */
function readHolder(directory, generation) {
  if (generation === 0) return null;
  try {
    return JSON.parse(fs.readFileSync(path.join(directory, `holder.${generation}`), "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return null;
    throw error;
  }
}

/** The content appears together with the name, so nobody reads half a holder. @param {string} file @param {object} holder */
function linkExclusively(file, holder) {
  const draft = `${file}.${randomUUID()}.draft`;
  fs.writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** @param {string} directory @param {number} generation */
function removeBelow(directory, generation) {
  for (const name of fs.readdirSync(directory)) {
    const number = Number(GENERATION.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
    if (number < generation) fs.rmSync(path.join(directory, name), { force: true });
  }
}

/** Released is written, not deleted: a vanished highest number could be given out twice. @param {string} file @param {{ token: string }} holder */
function markReleased(file, holder) {
  if (!fs.existsSync(file) || JSON.parse(fs.readFileSync(file, "utf8")).token !== holder.token) return;
  const draft = `${file}.${randomUUID()}.draft`;
  fs.writeFileSync(draft, JSON.stringify({ ...holder, released: true }), { mode: 0o600 });
  fs.renameSync(draft, file);
}
