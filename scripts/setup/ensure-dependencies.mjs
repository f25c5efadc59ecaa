import fs from "node:fs";
import path from "node:path";
import { hashInputs } from "./hash-inputs.mjs";
import { isDone, rememberDone } from "./remember-done.mjs";
import { runWithProgress } from "./run-with-progress.mjs";

const INSTALL = ["ci", "--include=dev", "--no-audit", "--no-fund"];

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockEntry
 * @typedef {{ root: string, env: Record<string, string | undefined>, report: (line: string) => void }} Surroundings
 */

/**
 * Installs the packages of package-lock.json unless exactly those are there. The stamp lies inside `node_modules`, so it goes with them.
 *
 * @param {Surroundings} surroundings
 * @throws {Error} with npm's words
 */
export async function ensureDependencies({ root, env, report }) {
  const stamp = path.join(root, "node_modules", ".center-set-up");
  const state = hashInputs(root, ["package-lock.json"], { abi: process.versions.modules, platform: `${process.platform}-${process.arch}` });
  if (isDone(stamp, state)) return;
  if (!isInstalled(root)) await runWithProgress({ label: "installing packages (npm ci)", root, program: npm(env), env, report });
  rememberDone(stamp, state);
}

/** npm names itself when it runs us; by itself it may be any shell script. @param {Record<string, string | undefined>} env */
function npm({ npm_execpath: script }) {
  return script && /npm-cli\.[cm]?js$/.test(script) ? { node: [script, ...INSTALL] } : { command: "npm", args: INSTALL };
}

/**
 * Whether `npm ci` or `npm install` has already been run for this lock by hand: npm keeps a list of what it has put there.
 *
 * @param {string} root
 */
function isInstalled(root) {
  const wanted = readPackages(path.join(root, "package-lock.json"));
  const present = readPackages(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    const found = present[name];
    if (name === "" || entry.link) return true;
    // Other platforms' packages are left out.
    if (!found) return entry.optional === true;
    return found.version === entry.version && (!entry.integrity || found.integrity === entry.integrity);
  });
}

/** @param {string} file @returns {Record<string, LockEntry> | null} */
function readPackages(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")).packages : null;
}
